"""Counting rows by several sets of columns at once."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import F, Value

from finsam_tracker.core.replica import read_connection
from reports.definition import Column, Registrations

ColumnSet = tuple[Column, ...]
ColumnNames = tuple[str, ...]
Groups = list[tuple[tuple[Any, ...], int]]
"""Raw values in the order of the set's column names, and how many rows have them."""


@dataclass(frozen=True)
class Asked:
    """Rows to be counted by each set of columns. ``weight`` names the column that is summed instead, where there is
    one."""

    rows: Registrations
    sets: Sequence[ColumnSet]
    weight: str = ""


def count_by(asked: Mapping[str, Asked]) -> dict[str, dict[ColumnNames, Groups]]:
    """How many rows each population has by each set of columns, in one query.

    PostgreSQL answers for every set (GROUPING SETS). SQLite, which has no such thing, is asked for all columns of a
    population together, and the sets are added up here.
    """
    if connection.vendor == "postgresql":
        return _answers(asked)
    finest = _answers({key: replace(one, sets=[tuple(_every(one.sets))]) for key, one in asked.items()})
    return {key: _added_up(*next(iter(finest[key].items())), asked[key].sets) for key in asked}


def _names(columns: ColumnSet) -> ColumnNames:
    return tuple(column.name for column in columns)


def _every(sets: Sequence[ColumnSet]) -> list[Column]:
    return list({column.name: column for columns in sets for column in columns}.values())


def _answers(asked: Mapping[str, Asked]) -> dict[str, dict[ColumnNames, Groups]]:
    statements: list[str] = []
    params: list[Any] = []
    reading: list[tuple[dict[ColumnNames, Groups], dict[int, tuple[ColumnNames, list[int]]]]] = []
    found: dict[str, dict[ColumnNames, Groups]] = {}
    for number, (key, one) in enumerate(asked.items()):
        statement, values = _statement(number, one)
        statements.append(statement)
        params.extend(values)
        found[key] = {_names(columns): [] for columns in one.sets}
        reading.append((found[key], _readers(one.sets)))
    if not statements:
        return {}
    collect = "json_agg(part)::text" if connection.vendor == "postgresql" else "json_group_array(json(part))"
    # One array of arrays lets populations with different columns share the query, and is read in one go.
    statement = f"SELECT {collect} FROM ({' UNION ALL '.join(statements)}) AS parts"  # noqa: S608
    with read_connection().cursor() as cursor:
        cursor.execute(statement, params)
        (answer,) = cursor.fetchone()
    for number, mask, n, *values in json.loads(answer or "[]"):
        groups, readers = reading[number]
        names, indexes = readers[mask]
        groups[names].append((tuple([values[index] for index in indexes]), n))
    return found


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


def _readers(sets: Sequence[ColumnSet]) -> dict[int, tuple[ColumnNames, list[int]]]:
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
