"""Loading a file: what it would change, and then changing it, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction

from finsam_tracker.configuration.changes import Change, Changes, compare
from finsam_tracker.configuration.current import current_file
from finsam_tracker.configuration.faults import ConfigurationError, Faults
from finsam_tracker.configuration.gone import note_used_that_are_gone
from finsam_tracker.configuration.items import Kind
from finsam_tracker.configuration.reading import Document, read_document
from finsam_tracker.configuration.writers import WRITERS
from finsam_tracker.configuration.writers.writing import Writing
from finsam_tracker.core.models import Federation, User


@dataclass(frozen=True)
class Checked:
    """A file that was tried: the file with what is wrong with it, and what loading it would change."""

    document: Document
    changes: Changes

    @property
    def lines(self) -> list[str]:
        """What a person is shown before saying yes."""
        return list(self.changes.lines())


def check(path: Path, *, by: User | None = None, now: datetime) -> Checked:
    """The file with all its faults, those against what is in the database too. Nothing is changed.

    The latter are found by trying the load and taking it back, so the services themselves say what they refuse.
    ``by`` is who will load it, otherwise the system. Raises ConfigurationError where the file is not TOML.
    """
    document = read_document(path)
    if document.faults.faults:
        return Checked(document, Changes())
    with transaction.atomic():
        changes = _changes(document)
        note_used_that_are_gone(changes, document.file.slug, document.faults)
        _write(document, changes, by or User.objects.system(), now)
        transaction.set_rollback(True)
    return Checked(document, changes)


@transaction.atomic
def load(document: Document, *, by: User, now: datetime, seen: Sequence[str] | None = None) -> Changes:
    """Make the federation as a checked file says, in one transaction; returns what was changed.

    ``seen`` is what somebody said yes to: would something else be changed by now, nothing is. Raises
    ConfigurationError with every refusal, and then nothing is written.
    """
    changes = _changes(document)
    if seen is not None and list(changes.lines()) != list(seen):
        document.faults.add((), "Förbundet har ändrats medan du läste. Kör kommandot igen och se vad som ändras nu.")
    else:
        _write(document, changes, by, now)
    if document.faults.faults:
        raise ConfigurationError(document.name, document.faults.faults)
    return changes


def _changes(document: Document) -> Changes:
    """What loading would write now, and what it would leave."""
    slug = document.file.slug
    there = Federation.objects.select_for_update(no_key=True).filter(slug=slug).first()
    return compare(document.file, current_file(there) if there else None)


def _write(document: Document, changes: Changes, by: User, now: datetime) -> None:
    """Write every change. Those that are refused become faults, and what rests on them is passed over."""
    writing = Writing(document.file.slug, by, now)
    for change in changes.to_write:
        try:
            with transaction.atomic():
                WRITERS[change.wanted.kind](writing, change)
        except ValidationError as error:
            _note(error, change, document.faults)
        except (ObjectDoesNotExist, KeyError):
            if not document.faults.faults:
                raise


def _note(error: ValidationError, change: Change, faults: Faults) -> None:
    told = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    item = change.wanted
    at = (*item.at, str(item.key[0])) if item.kind == Kind.INHABITANTS else item.at
    for name, sentences in told.items():
        for sentence in sentences:
            faults.add((*at, name), f"{item.kind} {item.title}: {sentence}")
