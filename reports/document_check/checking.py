"""All checks of a document that has been read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from reports.document_check.contradiction import Contradiction
from reports.document_check.deviations import deviations, differences
from reports.document_check.found import FoundDocument, Refusal, RefusedError
from reports.document_check.frozen import Compared, compare
from reports.document_check.grid import Grid, grid_of
from reports.document_check.limits import MAX_CHECK_SECONDS, MAX_COMPARED_TABLES
from reports.document_check.repeated import repeated
from reports.document_check.shares import shares
from reports.document_check.spoken import spoken
from reports.document_check.sums import column_sums, row_sums
from reports.edition import Edition


@dataclass(frozen=True)
class Outcome:
    """What was read, with how many figures; what it was compared with; and everything that does not agree."""

    tables: int
    figures: int
    editions: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]


def check(document: FoundDocument, editions: Sequence[Edition]) -> Outcome:
    """Check a document against itself and against published editions, the latest last. RefusedError where
    that takes too long."""
    grids = [grid for table in document.tables if (grid := grid_of(table))]
    compared = compare(grids, editions)
    inner = (one for one in _inner(document, grids) if not _is_published(one, compared))
    figures = sum(value.is_number for grid in grids for row in grid.values for value in row)
    contradictions = dict.fromkeys((*inner, *compared.contradictions))
    return Outcome(len(grids), figures, tuple(compared.editions), tuple(contradictions))


def _inner(document: FoundDocument, grids: Sequence[Grid]) -> Iterator[Contradiction]:
    end = monotonic() + MAX_CHECK_SECONDS
    for grid in grids:
        if monotonic() > end:
            raise RefusedError(Refusal.TOO_HEAVY)
        yield from column_sums(grid)
        yield from row_sums(grid)
        for side in (grid, grid.turned()):
            yield from shares(side)
            yield from deviations(side)
        yield from differences(grid)
    yield from repeated(grids[:MAX_COMPARED_TABLES])
    yield from spoken(document.passages, grids)


def _is_published(one: Contradiction, compared: Compared) -> bool:
    """Whether all its figures are as published: then the publication has been reconciled and says why."""
    confirmed = compared.confirmed.get(one.table, set())
    return bool(one.spots) and set(one.spots) <= confirmed
