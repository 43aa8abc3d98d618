"""Checking a document for somebody. That it was done is noted; of the document nothing is kept."""

from datetime import datetime
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction

from finsam_tracker.core.audit import record
from finsam_tracker.core.models import Federation, User
from reports.document_check.checking import Outcome, check
from reports.document_check.found import RefusedError
from reports.document_check.limits import MAX_BYTES
from reports.document_check.opening import read_document
from reports.document_check.refusals import REFUSALS
from reports.edition import Edition
from reports.models import Publication

_EDITIONS = 20
"""So many of the latest editions it is compared with."""


def check_document(*, by: User, federation: Federation, file: IO[bytes], now: datetime) -> Outcome:
    """Everything in a document that does not agree. ValidationError says in a sentence why it cannot be read."""
    try:
        outcome = check(read_document(file.read(MAX_BYTES + 1)), _editions(federation))
    except RefusedError as refused:
        raise ValidationError({"file": [str(REFUSALS[refused.why])]}) from refused
    _note(by, federation, now)
    return outcome


@transaction.atomic
def _note(by: User, federation: Federation, now: datetime) -> None:
    record(by=by, action="check_document", subject=federation, federation=federation, now=now)


def _editions(federation: Federation) -> list[Edition]:
    """The federation's published editions, the latest last: of two that agree as much, the later is meant."""
    rows = Publication.objects.published().filter(federation=federation).order_by("-published_at")
    contents = rows.values_list("content", flat=True)[:_EDITIONS]
    return [Edition.from_json(content) for content in reversed(contents) if content is not None]
