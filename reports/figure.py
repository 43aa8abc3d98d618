"""One figure of a table by its address, and the note that somebody opened it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict

from finsam_tracker.core import audit
from finsam_tracker.core.models import AuditEvent, User
from reports.asking import Wanted
from reports.context import Scope
from reports.result import Cell, Result, ResultColumn, ResultRow

BETWEEN = "~"
"""Stands between the codes of a row; no code has one."""
OPEN_FOR = timedelta(hours=1)
"""How long an opened figure can be read again before it is noted anew."""
OPENED = "open_figure"
LONGEST_NOTE = 300


@dataclass(frozen=True)
class FigureAddress:
    """Which cell, and which of the counts behind it (empty: all)."""

    row: tuple[str, ...]
    column: str
    part: str = ""

    @classmethod
    def of(cls, row: ResultRow, column: ResultColumn) -> "FigureAddress":
        return cls(row.key, column.key)

    @classmethod
    def read(cls, query: QueryDict) -> "FigureAddress | None":
        """The figure that a query names, None where it names none."""
        row, column = query.get("rad"), query.get("kolumn")
        return cls(tuple(str(row).split(BETWEEN)), str(column), str(query.get("del", ""))) if row and column else None

    @property
    def query(self) -> str:
        named = {"rad": BETWEEN.join(self.row), "kolumn": self.column}
        return urlencode({**named, "del": self.part} if self.part else named)

    def cell_of(self, result: Result) -> tuple[ResultRow, ResultColumn, Cell]:
        """The cell in a result. KeyError where it has none there."""
        row, index = result.row(*self.row), result.column(self.column)
        return row, result.columns[index], row.cells[index]

    def note(self, table: str, asked: Wanted) -> str:
        """The figure as the record of acts has it: which one, never what it says."""
        return f"{table}?{asked.query}&{self.query}"[:LONGEST_NOTE]


@transaction.atomic
def open_figure(*, by: User, scope: Scope, table: str, asked: Wanted, address: FigureAddress, now: datetime) -> None:
    """Note that somebody looks behind a figure."""
    audit.record(
        by=by,
        action=OPENED,
        subject=scope.initiative or scope.federation,
        federation=scope.federation,
        now=now,
        reason=address.note(table, asked),
    )


def is_open(user: User, scope: Scope, table: str, asked: Wanted, address: FigureAddress, now: datetime) -> bool:
    """Whether the person has opened the figure just now."""
    subject = scope.initiative or scope.federation
    return AuditEvent.objects.filter(
        actor=user,
        action=OPENED,
        subject_type=subject._meta.model_name,  # noqa: SLF001 - Meta API
        subject_id=subject.pk,
        at__gte=now - OPEN_FOR,
        reason=address.note(table, asked),
    ).exists()
