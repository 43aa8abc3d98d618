"""Small disks that fill up: kept in memory, and gone with the process that made them."""

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEW_NAMESPACE = 0x00020000  # CLONE_NEWNS
BALLAST = "ballast"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Puts a disk of this size in the place of the folder, seen by this process and those it starts alone."""
    if os.geteuid() != 0:
        sys.exit("A small disk can only be made by root. Name the kinds without it: ARGS='web worker postgres ...'.")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NAMESPACE):
        sys.exit(f"A small disk cannot be made here: {os.strerror(ctypes.get_errno())}.")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> None:
    """Not a byte is left. Done again, it takes what has become free meanwhile."""
    with (folder / BALLAST).open("ab") as file:
        for piece in (1 << 24, 1 << 16, 1 << 12):
            try:
                while True:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), piece)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def make_room(folder: Path) -> None:
    (folder / BALLAST).unlink(missing_ok=True)
