"""What has been published, as far as it matters for what may be published next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

from reports.disclosure.system import Cell, Published, Relation, Show
from reports.protection.boxes import Box
from reports.protection.design import Joins
from reports.protection.differences import Changed, changes_in


@dataclass(frozen=True)
class Known:
    """The cells of a publication, each open, hidden or unprinted as it was, the sums between them, and what was
    shown as one. ``changed``: what its readers are told of the registrations since; None is nothing."""

    cells: Mapping[str, Cell]
    relations: tuple[Relation, ...]
    joins: Joins = field(default_factory=dict)
    changed: Changed | None = None

    @classmethod
    def of(cls, published: Published, joins: Joins) -> Self:
        return cls(
            {c.key: _as_published(c, published) for c in published.system.cells.values()},
            published.system.relations,
            joins,
        )

    @cached_property
    def changes(self) -> int:
        """How many times numbers had changed already when this was published: by it, its own numbers are told from
        those of before and after."""
        return 1 + max((changes_in(key) for key in self.cells), default=-1)

    def may_have_moved(self, box: Box) -> bool:
        """Whether a reader cannot know that a number is what it was then."""
        return self.changed is not None and self.changed.most > 0 and self.is_about(box)

    def is_about(self, box: Box) -> bool:
        """Whether what its readers are told bounds how far a box has moved."""
        return self.changed is not None and self.changed.is_about(box)

    def to_json(self) -> dict[str, Any]:
        """Holds hidden numbers: for the office's database, never for what leaves the house."""
        return {
            "cells": [{**asdict(cell), "show": cell.show.value} for cell in self.cells.values()],
            "joins": [[sheet, list(parent), sorted(codes)] for (sheet, parent), codes in self.joins.items()],
            "relations": [[list(term) for term in relation.terms] for relation in self.relations],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        cells = [Cell(**{**cell, "show": Show(cell["show"])}) for cell in data["cells"]]
        relations = tuple(Relation(tuple((key, c) for key, c in terms)) for terms in data["relations"])
        joins = {(sheet, tuple(parent)): frozenset(codes) for sheet, parent, codes in data["joins"]}
        return cls({cell.key: cell for cell in cells}, relations, joins)


def _as_published(cell: Cell, published: Published) -> Cell:
    if cell.show in (Show.UNPRINTED, Show.KEPT):
        return cell
    show = Show.HIDDEN if cell.key in published.hidden else Show.OPEN
    return Cell(cell.key, cell.value, show, cell.threshold, cell.floor, cell.weight, cell.label)
