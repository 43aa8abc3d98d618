"""What a comparison found, in words for the page."""

from collections import Counter
from typing import Any

from participants.importing.columns import STEPS, sheets_of
from participants.importing.comparison import Comparer, Comparison, changes_of
from participants.importing.likeness import alike
from participants.importing.words import Words, unknown_label

SHOWN = 500
"""So many changes are kept for the page; all are counted."""


def counts_of(found: Comparison) -> dict[str, int]:
    """How many rows of each sort."""
    return {
        "new": len(found.new),
        "changed": len(found.changed) + len(found.answered) + sum(a.pk is not None for a in found.assessed),
        "added": sum(a.pk is None for a in found.assessed),
        "unchanged": found.unchanged,
        "recognised": len(found.recognised),
        "faulty": found.faults.lines,
    }


def preview_of(found: Comparison, comparer: Comparer, words: Words) -> dict[str, Any]:
    """The changes from what to what, the first of them one by one and all of them by column."""
    titles = {sheet.name: {c.field: _title(c.title, c.member) for c in sheet.columns} for sheet in sheets_of(words)}
    by_column: Counter[str] = Counter()
    changes: list[Any] = []

    def told(name: str, value: Any) -> str:
        return comparer.show(name, value) or unknown_label()

    for sheet, change in changes_of(found):
        by_column.update(titles[sheet][name] for name in change.after)
        if len(changes) < SHOWN:
            fields = [
                [titles[sheet][name], told(name, change.before[name]), told(name, value)]
                for name, value in change.after.items()
            ]
            changes.append([sheet, change.line, change.code, fields])
    for assessed in (a for a in found.assessed if a.pk is not None):
        by_column[titles[STEPS]["step_id"]] += 1
        if len(changes) < SHOWN:
            field = [str(assessed.on), told("step_id", assessed.before), told("step_id", assessed.step_id)]
            changes.append([STEPS, assessed.line, assessed.code, [field]])
    return {
        "changes": changes,
        "by_column": sorted(by_column.items()),
        "alike": alike(words.initiative, found.new),
    }


def _title(title: str, member: str) -> str:
    return title.partition(":")[0] if member else title
