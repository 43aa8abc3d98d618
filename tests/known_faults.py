"""Asks the public databases for known faults in the packages that are used: ``python -m tests.known_faults``.

A fault that is found fails. Where nobody answers, that is said and does not fail, so that ``make check`` can be run
without the network; with ``--must`` (a scheduled job of one's own) it fails too.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOCK = Path(__file__).parent.parent / "requirements" / "main.lock.txt"
SERVICES = ("--vulnerability-service=pypi",), ("--vulnerability-service=osv",)
QUIETLY = ("--format=json", "--progress-spinner=off", "--timeout=5", "--disable-pip", "--require-hashes")
NOBODY = "!! NOT ASKED: no database of known faults answered about {missing}. Run this where the network lets it."


@dataclass(frozen=True)
class Told:
    """How many packages somebody answered about, which nobody did, and the faults: package, version and number."""

    asked: int
    missing: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def sentence(self) -> str:
        if self.faults:
            return "Known faults: " + "; ".join(self.faults)
        if self.missing or not self.asked:
            return NOBODY.format(missing=f"{len(self.missing)} packages" if self.asked else "any package")
        return f"Asked about {self.asked} packages: no known faults."

    def code(self, *, must: bool) -> int:
        return int(bool(self.faults) or (must and bool(self.missing or not self.asked)))


def ask(lock: Path, *service: str) -> Told:
    command = [sys.executable, "-m", "pip_audit", *QUIETLY, *service, "--requirement", str(lock)]
    return read(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def read(told: str) -> Told:
    """What pip-audit says; nothing where it broke off. It skips a package that nobody answered about, and ends well."""
    try:
        found = json.loads(told)["dependencies"]
    except ValueError:
        return Told(0, (), ())
    asked = [each for each in found if "skip_reason" not in each]
    faults = [f"{each['name']} {each['version']} {fault['id']}" for each in asked for fault in each["vulns"]]
    return Told(len(asked), tuple(each["name"] for each in found if "skip_reason" in each), tuple(faults))


def main(words: Sequence[str], lock: Path = LOCK, services: Sequence[Sequence[str]] = SERVICES) -> int:
    """The next service is asked where one does not answer about everything. A fault that any of them knows is one."""
    told = Told(0, (), ())
    for service in services:
        told = max(told, ask(lock, *service), key=lambda one: (len(one.faults), one.asked))
        if told.faults or (told.asked and not told.missing):
            break
    print(told.sentence)
    return told.code(must="--must" in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
