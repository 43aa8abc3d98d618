"""Counting rows by several sets of columns at once."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import F, Value

from finsam_tracker.core.replica import read_connection
from finsam_tracker.core.together import filled_in
from reports.definition import Column, Registrations

ColumnSet = tuple[Column, ...]
ColumnNames = tuple[str, ...]
Groups = list[tuple[tuple[Any, ...], int]]
"""Raw values in the order of the set's column names, and how many rows have them."""
Readers = Mapping[int, tuple[ColumnNames, list[int]]]
"""By its GROUPING mask, which set a row of the answer is of, and where its values are."""


@dataclass(frozen=True)
class Asked:
    """Rows to be counted by each set of columns. ``weight`` names the column that is summed instead, where there is
    one."""

    rows: Registrations
    sets: Sequence[ColumnSet]
    weight: str = ""


def count_by(asked: Mapping[str, Asked]) -> dict[str, dict[ColumnNames, Groups]]:
    """How many rows each population has by each set of columns, in one query."""
    return prepare(asked).run({})


def prepare(asked: Mapping[str, Asked]) -> "Prepared":
    """The query, to be run now or again with other values in its blanks.

    PostgreSQL answers for every set (GROUPING SETS). SQLite, which has no such thing, is asked for all columns of a
    population together, and the sets are added up here.
    """
    sets = {key: one.sets for key, one in asked.items()}
    if connection.vendor == "postgresql":
        return _prepared(asked, sets)
    return _prepared({key: replace(one, sets=[tuple(_every(one.sets))]) for key, one in asked.items()}, sets)


@dataclass(frozen=True)
class Prepared:
    """A statement for several populations, its parameters, and for each population how its part is read."""

    statement: str
    params: Sequence[Any]
    readers: Mapping[str, Readers]
    sets: Mapping[str, Sequence[ColumnSet]]

    def run(self, values: Mapping[str, Any]) -> dict[str, dict[ColumnNames, Groups]]:
        """The groups of each population by each set."""
        found: dict[str, dict[ColumnNames, Groups]] = {
            key: {names: [] for names, _indexes in readers.values()} for key, readers in self.readers.items()
        }
        reading = [(found[key], readers) for key, readers in self.readers.items()]
        for number, mask, n, *raws in self._answer(values):
            groups, readers = reading[number]
            names, indexes = readers[mask]
            groups[names].append((tuple([raws[index] for index in indexes]), n))
        if connection.vendor == "postgresql":
            return found
        return {key: _added_up(*next(iter(found[key].items())), sets) for key, sets in self.sets.items()}

    def _answer(self, values: Mapping[str, Any]) -> list[Any]:
        if not self.readers:
            return []
        with read_connection().cursor() as cursor:
            cursor.execute(self.statement, filled_in(self.params, values))
            (answer,) = cursor.fetchone()
        return json.loads(answer or "[]")  # type: ignore[no-any-return]


def _names(columns: ColumnSet) -> ColumnNames:
    return tuple(column.name for column in columns)


def _every(sets: Sequence[ColumnSet]) -> list[Column]:
    return list({column.name: column for columns in sets for column in columns}.values())


def _prepared(asked: Mapping[str, Asked], sets: Mapping[str, Sequence[ColumnSet]]) -> Prepared:
    statements: list[str] = []
    params: list[Any] = []
    for number, one in enumerate(asked.values()):
        statement, given = _statement(number, one)
        statements.append(statement)
        params.extend(given)
    collect = "json_agg(part)::text" if connection.vendor == "postgresql" else "json_group_array(json(part))"
    # One array of arrays lets populations with different columns share the query, and is read in one go.
    whole = f"SELECT {collect} FROM ({' UNION ALL '.join(statements)}) AS parts"  # noqa: S608
    return Prepared(whole, params, {key: _readers(one.sets) for key, one in asked.items()}, sets)


_ARRAYS = {"postgresql": "json_build_array", "sqlite": "json_array"}


def _statement(number: int, asked: Asked) -> tuple[str, Sequence[Any]]:
    """One population's groups, each an array of: the population's number, the set's mask, how many, the raw values.

    Only positions and declared sets are written into the statement; values are parameters.
    """
    every = _every(asked.sets)
    at = {column.name: f"c{index}" for index, column in enumerate(every)}
    # A constant stands in where no set has a column, because the mask and the array need at least one.
    sources = [column.source for column in every] or [Value(0)]
    weights = [F(asked.weight)] if asked.weight else []
    inner, params = asked.rows.order_by().values_list(*sources, *weights).query.sql_with_params()
    columns = ", ".join(at.values()) or "c0"
    # The set of no columns has a group even where there is no row; its sum is then null.
    number_of_each, weight = ("coalesce(sum(weight), 0)", ", weight") if asked.weight else ("count(*)", "")
    if not at:
        # Nothing to group by: one group, whose mask says that the stand-in column is not in it.
        mask, array, grouped = "1", _ARRAYS[connection.vendor], ""
    elif connection.vendor == "postgresql":
        as_sets = ", ".join(f"({', '.join(at[name] for name in _names(one))})" for one in asked.sets)
        mask, array, grouped = f"GROUPING({columns})", _ARRAYS[connection.vendor], f"GROUP BY GROUPING SETS ({as_sets})"
    else:
        mask, array, grouped = "0", _ARRAYS[connection.vendor], f"GROUP BY {columns}"
    statement = (
        f"SELECT part FROM (WITH found ({columns}{weight}) AS ({inner}) "  # noqa: S608
        f"SELECT {array}({number}, {mask}, {number_of_each}, {columns if at else 'NULL'}) AS part "
        f"FROM found {grouped}) AS parts"
    )
    return statement, params


def _readers(sets: Sequence[ColumnSet]) -> Readers:
    """How to read a row of the answer, by its GROUPING mask: which set it is of, and where its values are.

    The mask has a bit for each column, the first column's highest, set where the column is not in the row's set.
    """
    names = [column.name for column in _every(sets)]
    count = max(len(names), 1)
    bits = {name: 1 << (count - 1 - index) for index, name in enumerate(names)}
    everything = (1 << count) - 1
    return {
        everything - sum(bits[name] for name in _names(one)): (_names(one), [names.index(n) for n in _names(one)])
        for one in sets
    }


def _added_up(names: ColumnNames, finest: Groups, sets: Sequence[ColumnSet]) -> dict[ColumnNames, Groups]:
    found: dict[ColumnNames, Groups] = {}
    for one in map(_names, sets):
        indexes = [names.index(name) for name in one]
        counter: Counter[tuple[Any, ...]] = Counter()
        for values, n in finest:
            counter[tuple(values[index] for index in indexes)] += n
        found[one] = list(counter.items())
    return found
