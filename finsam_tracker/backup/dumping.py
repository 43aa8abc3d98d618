"""Writing a sealed dump of the database, and reading one back.

The dump itself is PostgreSQL's own (``pg_dump`` in custom format): it knows everything that a database may hold, and an
operator can read it with PostgreSQL's tools alone once it is opened. It never lies on a disk unsealed.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from finsam_tracker import __version__
from finsam_tracker.backup.fingerprint import Fingerprint, differences, fingerprint
from finsam_tracker.backup.sealing import PIECE, BrokenBackupError, seal, unseal

SUFFIX, UNFINISHED = ".finsam", ".unfinished"
A_WHILE = timedelta(hours=1)
"""Without a byte more, after which nobody writes at a file any longer."""
_LENGTH = 8


class BackupError(RuntimeError):
    """A backup that could not be written or read back, in a sentence."""


def write_backup(folder: Path, key: bytes, *, now: datetime) -> Path:
    """Write a sealed dump with its fingerprint, both of one moment. It gets its name once it is whole on the disk.

    Raises BackupError; nothing half is left then to take the room of the next, and the earlier ones are as they were.
    """
    path = folder / f"finsam-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    unfinished = path.with_suffix(UNFINISHED)
    try:
        _forget_unfinished(folder, now)
        _write(unfinished, key, now)
        unfinished.rename(path)
        _sync(folder)
    except OSError as error:
        raise BackupError(
            f"{folder} cannot be written to: {error.strerror}. The backups in it are as they were."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _forget_unfinished(folder: Path, now: datetime) -> None:
    """What a process left that was killed."""
    for left in folder.glob(f"finsam-*{UNFINISHED}"):
        if left.stat().st_mtime < (now - A_WHILE).timestamp():
            left.unlink(missing_ok=True)


def _write(unfinished: Path, key: bytes, now: datetime) -> None:
    with transaction.atomic(), unfinished.open("wb") as file:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        unfinished.chmod(0o600)
        for piece in seal(_contents(snapshot, now), key):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _contents(snapshot: str, now: datetime) -> Iterator[bytes]:
    """What the file is about, and then the dump."""
    about = {"made_at": now.isoformat(), "version": __version__, "tables": fingerprint()}
    told = json.dumps(about).encode()
    yield len(told).to_bytes(_LENGTH, "big") + told
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with _program("pg_dump", *options, stdout=subprocess.PIPE) as process:
        assert process.stdout  # noqa: S101 - it was asked for
        while piece := process.stdout.read(PIECE):
            yield piece


def read_about(path: Path, key: bytes) -> dict[str, Any]:
    """What a backup is about. The whole file is read: one that is not whole is found before anything is done."""
    with path.open("rb") as file:
        about, rest = _parted(unseal(file, key))
        for _piece in rest:
            pass
        return about


def restore_backup(path: Path, key: bytes) -> list[str]:
    """Make the database what it was, all of it or nothing. Returns the tables that did not come out the same."""
    about = read_about(path, key)
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    with path.open("rb") as file, _program("pg_restore", *options, stdin=subprocess.PIPE, dbname=True) as process:
        assert process.stdin  # noqa: S101 - it was asked for
        _about, pieces = _parted(unseal(file, key))
        for piece in pieces:
            process.stdin.write(piece)
        process.stdin.close()
    return compare(about["tables"])


def compare(tables: Fingerprint) -> list[str]:
    """The tables that do not hold what a backup says they held."""
    with transaction.atomic():
        return differences(tables, fingerprint())


def _parted(pieces: Iterator[bytes]) -> tuple[dict[str, Any], Iterator[bytes]]:
    head = next(pieces)
    length = int.from_bytes(head[:_LENGTH], "big")
    while len(head) < _LENGTH + length:
        head += next(pieces)
    about: dict[str, Any] = json.loads(head[_LENGTH : _LENGTH + length])
    return about, _joined(head[_LENGTH + length :], pieces)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


@contextmanager
def _program(name: str, *options: str, dbname: bool = False, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs, on this database. Raises BackupError with its last line where it fails."""
    place, variables = _place()
    command = [name, *options, *([f"--dbname={place}"] if dbname else [place])]
    try:
        process = subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, **pipes)  # noqa: S603 - our own words
    except OSError as error:
        raise BackupError(f"{name} cannot be run: {error.strerror}. Install PostgreSQL's client programs.") from error
    with process:
        try:
            yield process
        except BrokenPipeError:
            pass  # it has ended; its own words say why
        except BaseException:
            process.kill()
            raise
        _said = _last_line(process.stderr)
        if process.wait():
            raise BackupError(f"{name}: {_said}")


def _last_line(stream: IO[bytes] | None) -> str:
    lines = stream.read().decode(errors="replace").strip().splitlines() if stream else []
    return lines[-1] if lines else "ended without a word"


def _place() -> tuple[str, dict[str, str]]:
    """The connection's own words for libpq; the password in the environment, where no list of processes shows it."""
    known = connection.settings_dict
    options = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "dbname": known["NAME"]}
    told = {**options, **{key: value for key, value in known["OPTIONS"].items() if key.startswith("ssl")}}
    place = " ".join(f"{key}={_quoted(str(value))}" for key, value in told.items() if value)
    return place, {**os.environ, **({"PGPASSWORD": known["PASSWORD"]} if known["PASSWORD"] else {})}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _sync(folder: Path) -> None:
    """The name is on the disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


__all__ = ["SUFFIX", "BackupError", "BrokenBackupError", "compare", "read_about", "restore_backup", "write_backup"]
