"""Counting rows by several sets of columns at once."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Value

from participants.models.participation import ParticipationFacts, ParticipationSets
from reports.definition import Column

Rows = ParticipationSets[ParticipationFacts]
ColumnSet = tuple[Column, ...]
ColumnNames = tuple[str, ...]
Groups = list[tuple[tuple[Any, ...], int]]
"""Raw values in the order of the set's column names, and how many rows have them."""


def count_by(asked: Mapping[str, tuple[Rows, Sequence[ColumnSet]]]) -> dict[str, dict[ColumnNames, Groups]]:
    """How many rows each population has by each set of columns.

    PostgreSQL answers for all populations and sets in one query (GROUPING SETS). SQLite, which has no such thing, is
    asked once a population for all columns together, and the sets are added up here.
    """
    if connection.vendor == "postgresql":
        return _by_grouping_sets(asked)
    return {key: _by_adding_up(rows, sets) for key, (rows, sets) in asked.items()}


def _names(columns: ColumnSet) -> ColumnNames:
    return tuple(column.name for column in columns)


def _every(sets: Sequence[ColumnSet]) -> list[Column]:
    return list({column.name: column for columns in sets for column in columns}.values())


def _by_grouping_sets(asked: Mapping[str, tuple[Rows, Sequence[ColumnSet]]]) -> dict[str, dict[ColumnNames, Groups]]:
    statements: list[str] = []
    params: list[Any] = []
    reading: list[tuple[dict[ColumnNames, Groups], dict[int, tuple[ColumnNames, list[int]]]]] = []
    found: dict[str, dict[ColumnNames, Groups]] = {}
    for number, (key, (rows, sets)) in enumerate(asked.items()):
        statement, values = _grouping_sets_statement(number, rows, sets)
        statements.append(statement)
        params.extend(values)
        found[key] = {_names(columns): [] for columns in sets}
        reading.append((found[key], _readers(sets)))
    if not statements:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), params)
        for number, mask, array, n in cursor.fetchall():
            groups, readers = reading[number]
            names, indexes = readers[mask]
            values = json.loads(array)
            groups[names].append((tuple(values[index] for index in indexes), n))
    return found


def _grouping_sets_statement(number: int, rows: Rows, sets: Sequence[ColumnSet]) -> tuple[str, Sequence[Any]]:
    every = _every(sets)
    at = {column.name: f"c{index}" for index, column in enumerate(every)}
    # A constant stands in where no set has a column, because GROUPING and the array need at least one.
    sources = [column.source for column in every] or [Value(0)]
    inner, params = rows.order_by().values_list(*sources).query.sql_with_params()
    columns = ", ".join(at.values()) or "c0"
    as_sets = ", ".join(f"({', '.join(at[name] for name in _names(one))})" for one in sets)
    # Only positions and declared sets are written into the statement; values are parameters. One array of raw values
    # lets populations with different columns share the query.
    statement = (
        f"SELECT {number}, GROUPING({columns}), jsonb_build_array({columns}), count(*) "  # noqa: S608
        f"FROM ({inner}) AS rows ({columns}) GROUP BY GROUPING SETS ({as_sets})"
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


def _by_adding_up(rows: Rows, sets: Sequence[ColumnSet]) -> dict[ColumnNames, Groups]:
    every = _every(sets)
    if not every:
        return {(): [((), rows.count())]}
    names = [column.name for column in every]
    finest = list(rows.order_by().values_list(*(column.source for column in every)).annotate(n=Count("pk")))
    found: dict[ColumnNames, Groups] = {}
    for one in map(_names, sets):
        indexes = [names.index(name) for name in one]
        counter: Counter[tuple[Any, ...]] = Counter()
        for *values, n in finest:
            counter[tuple(values[index] for index in indexes)] += n
        found[one] = list(counter.items())
    return found
