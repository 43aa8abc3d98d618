"""A clock of the deployment's own, which the drill sets forward and back while its processes run."""

import shutil
import struct
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


def make_clock(folder: Path) -> dict[str, str]:
    """A right clock in the folder, and the variables that make a process go by it."""
    compiler = shutil.which("cc") or sys.exit(
        "The clock needs a C compiler (on Debian: apt-get install gcc libc6-dev)."
    )
    library = folder / "clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    set_clock(folder, 0)
    return {"LD_PRELOAD": str(library), "DRILL_CLOCK": str(folder / "clock")}


def set_clock(folder: Path, seconds: int) -> None:
    """So many seconds ahead of the true time, for every process at once. Written in place: they hold the file."""
    path = folder / "clock"
    path.touch()
    with path.open("r+b") as file:
        file.write(struct.pack("=q", seconds))
