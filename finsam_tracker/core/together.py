"""Reading several small lists in one query, which Django writes once and which then runs with other values."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, DecimalField, Expression, Field, JSONField, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Rows = list[Any]
Reader = Callable[[Any], Any]


class Blank(Expression):
    """A place in a queryset's statement for a value that is given when it runs."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]

    def filled(self, values: Mapping[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


def filled_in(params: Iterable[Any], values: Mapping[str, Any]) -> list[Any]:
    """A statement's parameters, with the values in its blanks."""
    return [param.filled(values) if isinstance(param, Blank) else param for param in params]


class Together:
    """Querysets by name, of whole rows or of ``values`` of columns. For lists that are read to their end."""

    def __init__(self, querysets: Mapping[str, QuerySet[Any]]) -> None:
        self._querysets = querysets

    def read(self, **values: Any) -> dict[str, Rows]:
        """The rows of each queryset, with the values in its blanks: objects, or tuples of the columns it names."""
        statement, params = self._statement
        with connection.cursor() as cursor:
            cursor.execute(statement, filled_in(params, values))
            (answer,) = cursor.fetchone()
        parts = json.loads(answer, parse_float=Decimal)
        return {
            name: _objects(queryset, rows)
            for (name, queryset), rows in zip(self._querysets.items(), parts, strict=True)
        }

    @cached_property
    def _statement(self) -> tuple[str, list[Any]]:
        parts: list[str] = []
        params: list[Any] = []
        for queryset in self._querysets.values():
            statement, given = queryset.query.sql_with_params()
            parts.append(_as_json(queryset, statement))
            params.extend(given)
        if connection.vendor == "postgresql":
            return f"SELECT json_build_array({', '.join(parts)})::text", params
        return f"SELECT json_array({', '.join(parts)})", params


def _as_json(queryset: QuerySet[Any], statement: str) -> str:
    """The rows of a statement as one array of objects."""
    if connection.vendor == "postgresql":
        return f"(SELECT coalesce(json_agg(part), '[]') FROM ({statement}) AS part)"  # noqa: S608
    pairs = ", ".join(f"'{column}', part.\"{column}\"" for column, _read in _columns(queryset))
    return f"json((SELECT json_group_array(json_object({pairs})) FROM ({statement}) AS part))"  # noqa: S608


def _columns(queryset: QuerySet[Any]) -> list[tuple[str, Reader]]:
    """What a statement gives, by name, and how it is read. What is made of columns is taken as JSON has it."""
    meta, query = queryset.model._meta, queryset.query  # noqa: SLF001 - Django's documented way to a model's fields
    fields = [meta.get_field(name) for name in query.values_select] or list(meta.concrete_fields)
    made = [(alias, _as_it_is) for alias in query.annotation_select]
    return [*((str(field.column), _reader(field)) for field in fields), *made]


def _objects(queryset: QuerySet[Any], rows: list[dict[str, Any]]) -> Rows:
    read = _columns(queryset)
    values = [tuple(to_python(row[column]) for column, to_python in read) for row in rows]
    if queryset.query.values_select:
        return values
    names = [field.attname for field in queryset.model._meta.concrete_fields]  # noqa: SLF001
    return [queryset.model.from_db(connection.alias, names, each) for each in values]


def _as_it_is(value: Any) -> Any:
    return value


def _reader(field: "Field[Any, Any]") -> Reader:
    """From a value in JSON to the field's.

    SQLite keeps 155000.0000 as 155000.0, moments without their UTC, and JSON as text.
    """
    if isinstance(field, DecimalField):
        unit = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: None if value is None else Decimal(value).quantize(unit)
    if connection.vendor == "sqlite" and isinstance(field, JSONField):
        return json.loads
    if connection.vendor == "sqlite" and isinstance(field, DateTimeField):
        return lambda value: None if value is None else field.to_python(f"{value}+00:00")
    return field.to_python
