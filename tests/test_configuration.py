"""A federation is one file: every fault in it is named by its line, and it is loaded, changed and written back whole."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from finsam_tracker.core.models import AuditEvent, Federation, StaleMark, User
from tests.configuration.planted import BASE, PLANTED, Planted

EXAMPLE = Path(__file__).parent.parent / "finsam_tracker" / "configuration" / "example.toml"

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file with this text."""

    def to_file(text: str) -> Path:
        path = tmp_path / "forbund.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def said(*arguments: object) -> tuple[str, str]:
    """What the command printed, and the error that it ended with ("" for none)."""
    out = StringIO()
    try:
        call_command("federation", *map(str, arguments), stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return out.getvalue(), str(error)
    return out.getvalue(), ""


# Faults


def test_there_are_a_hundred_planted_faults():
    assert len(PLANTED) >= 100


@pytest.mark.django_db
@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_fault_is_named_by_line_and_remedy_and_nothing_is_written(planted: Planted, write: Write):
    path = write(planted.text)
    out, error = said("check", path)
    faults = [line for line in out.splitlines() if ": Obs: " not in line]
    named = [line for line in faults if line.startswith(f"{path}:{planted.line}: ") and planted.says in line]
    assert named, f"Line {planted.line} was not named. Said:\n{out}"
    assert len(faults) == 1 or planted.both, f"One fault, one sentence. Said:\n{out}"
    assert re.search(r"\. [A-ZÅÄÖ].*\.$|\.$", named[0]), "A whole sentence with a remedy."
    assert error == f"{len(faults)} fel i {path}. Ingenting är ändrat."
    assert not any(model.objects.exists() for model in (Federation, AuditEvent, StaleMark, User))
