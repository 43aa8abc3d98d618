"""A table as JSON, for other programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from finsam_tracker.core.period import Period
from reports.render.frame import Computed
from reports.result import Cell, Number, Result


def render(results: Sequence[Result], computed: Computed | None = None) -> bytes:
    """One table is an object; several are ``{"tables": [...]}``."""
    values = [value(result, computed) for result in results]
    whole = values[0] if len(values) == 1 else {"tables": values}
    return f"{json.dumps(whole, ensure_ascii=False, allow_nan=False)}\n".encode()


def value(result: Result, computed: Computed | None = None) -> dict[str, Any]:
    """A table as JSON has it. ``serializers.TableSerializer`` describes the same to those who read the schema."""
    return {
        "table": result.table,
        "version": result.version,
        "title": result.title,
        "federation": result.federation,
        "scope": result.scope,
        "period": period_of(result),
        "counts": result.counts,
        "headings": list(result.headings),
        "columns": [
            {"key": c.key, "title": c.title, "format": c.format.value, "group": c.group} for c in result.columns
        ],
        "rows": [
            {
                "key": list(row.key),
                "labels": list(row.labels),
                "kind": row.kind.value,
                "cells": [{"value": value_of(cell), "status": cell.status.value} for cell in row.cells],
            }
            for row in result.rows
        ],
        "notes": list(result.notes),
        "parameters": list(map(asdict, result.parameters)),
        **known_at(computed),
    }


def known_at(computed: Computed | None) -> dict[str, Any]:
    """When figures were computed, and as what was known when."""
    return {
        "computed_at": computed.at.isoformat() if computed else None,
        "is_stale": computed.is_stale if computed else False,
        "known_on": computed.known_on.isoformat() if computed and computed.known_on else None,
    }


def exact(number: Number) -> int | float | str:
    """A number so that nothing is lost on the way.

    Whole numbers, also a Decimal that is whole, are integers. Others are JSON numbers where the nearest double reads
    back as the same decimal, which sums of money and full-time equivalents do, and strings where it does not.
    """
    if isinstance(number, int):
        return number
    if number == number.to_integral_value():
        return int(number)
    near = float(number)
    return near if Decimal(repr(near)) == number else str(number)


def value_of(cell: Cell) -> int | float | str | None:
    """What a cell holds; None for every status but ``value``."""
    return cell.value if cell.value is None or isinstance(cell.value, str) else exact(cell.number)


def period_of(result: Result) -> dict[str, str]:
    """The period with its days, both of them in it."""
    period = Period.parse(result.period)
    return {
        "key": result.period,
        "label": result.period_label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }
