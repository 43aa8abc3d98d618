"""A table as HTML. ``reports/_table.html`` is the frame; headings and rows are made here.

In the template language the cells of a statistics page cost five times as much as everything else on it.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from reports.render.frame import Computed, about, assumptions, full_title, legend, notes, repeats
from reports.render.numbers import SIGN_WORDS, column_decimals, is_zero, sv_number
from reports.result import Cell, Format, Result, ResultColumn, ResultRow, Status

MANY_COLUMNS = 9
"""More do not fit beside each other on an upright page."""
TEMPLATE = "reports/_table.html"

Opens = Callable[[ResultRow, ResultColumn], str | None]
"""What the button "cell" of a cell sends with the form around the table, or None where the cell has no button."""


def render(results: Sequence[Result], computed: Computed | None = None) -> bytes:
    """The tables one after the other: parts of a page, not a page."""
    numbered = enumerate(results, start=1)
    parts = [table_html(r, computed=computed, ident=f"table-{number}", titled=False) for number, r in numbered]
    return "\n".join(parts).encode()


def table_html(
    result: Result,
    *,
    computed: Computed | None = None,
    opens: Opens | None = None,
    ident: str = "",
    titled: bool = True,
) -> SafeString:
    """The table for a page. ``titled``: the page says the title just above, so that the caption need not show it.

    ``opens`` makes the figures buttons of a form that the page has around the table. ``ident`` begins the ids, for a
    page with one table twice.
    """
    table = {
        "ident": ident or f"table-{result.table}",
        "title": result.title,
        "titled": titled,
        "has_many_columns": len(result.headings) + len(result.columns) > MANY_COLUMNS,
        "about": about(result),
        "computed": computed.sentence if computed else "",
        "head": _safe(_head(result)),
        "body": _safe(_body(result, opens)),
        "notes": notes(result),
        "legend": legend(result),
        "assumptions": assumptions(result),
    }
    return render_to_string(TEMPLATE, {"table": table})


def _safe(parts: Iterator[str]) -> SafeString:
    """Markup whose texts ``_tag`` and ``escape`` have escaped."""
    return mark_safe("\n".join(parts))  # noqa: S308


def _tag(name: str, content: str, /, **attributes: object) -> str:
    """An element around markup; an attribute without a value is left out."""
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items() if value)
    return f"<{name}{written}>{content}</{name}>"


def _aloud(text: str) -> str:
    """A text for screen readers only."""
    return f'<span class="visually-hidden">{escape(text)}</span>'


def _head(result: Result) -> Iterator[str]:
    """The column groups and the header row, with a second one under the headings that several columns share."""
    rows = 2 if any(column.group for column in result.columns) else 0
    spans, top = [1] * len(result.headings), [_heading(h, "text", rowspan=rows) for h in result.headings]
    for group, columns in groupby(result.columns, key=lambda column: column.group):
        members = list(columns)
        spans += [len(members)] if group else [1] * len(members)
        if group:
            top.append(_heading(group, "group", scope="colgroup", colspan=len(members)))
        else:
            top.extend(_heading(column.title, _css(column), rowspan=rows) for column in members)
    yield from (_tag("colgroup", "", span=span) for span in spans)
    under = [_heading(column.title, _css(column)) for column in result.columns if column.group]
    yield _tag("thead", "\n".join(_tag("tr", "".join(row)) for row in (top, under) if row))


def _heading(text: str, css: str, *, scope: str = "col", colspan: int = 0, rowspan: int = 0) -> str:
    return _tag("th", escape(text), **{"class": css}, scope=scope, colspan=colspan, rowspan=rowspan)


def _css(column: ResultColumn) -> str:
    return "text" if column.format is Format.TEXT else "number"


def _body(result: Result, opens: Opens | None) -> Iterator[str]:
    decimals = [column_decimals((r.cells[i] for r in result.rows), c.format) for i, c in enumerate(result.columns)]
    for row, repeated in zip(result.rows, repeats(result.rows), strict=True):
        labels = "".join(_labels(row, len(result.headings), repeated))
        columns = zip(result.columns, row.cells, decimals, strict=True)
        cells = (_cell(result, row, cell, c, d, opens) for c, cell, d in columns)
        yield _tag("tr", labels + "".join(cells), **{"class": f"row-{row.kind}"})


def _labels(row: ResultRow, width: int, repeated: int) -> Iterator[str]:
    """The row's headings; the last takes the columns of the empty ones after it."""
    texts = list(row.labels)
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    for index, text in enumerate(texts):
        span = width - index if index == len(texts) - 1 else 1
        shown = _aloud(text) if index < repeated else escape(text)
        yield _tag("th", shown, scope="row", colspan=span if span > 1 else 0)


def _cell(
    result: Result, row: ResultRow, cell: Cell, column: ResultColumn, decimals: int | None, opens: Opens | None
) -> str:
    """A cell. A sign and an unusual zero are said in words to those who listen.

    Only a value opens anything, and only one that shows: a button must be seen where the keyboard stops.
    """
    text = escape(sv_number(cell, column.format, decimals=decimals, zero=result.zero))
    css = _css(column)
    if cell.status is not Status.VALUE:
        spoken, css, opens = str(SIGN_WORDS[cell.status]), f"{css} {cell.status.replace('_', '-')}", None
    else:
        spoken = "0" if result.zero != "0" and is_zero(cell) else ""
    content = f'<span aria-hidden="true">{text}</span>{_aloud(spoken)}' if spoken else text
    value = opens(row, column) if opens and text else None
    return _tag("td", _button(content, value, row, column, text) if value else content, **{"class": css})


def _button(content: str, value: str, row: ResultRow, column: ResultColumn, text: str) -> str:
    """A figure that can be opened. Who comes to it by keyboard hears which it is."""
    named = ", ".join(filter(None, (*row.labels, full_title(column.group, column.title))))
    return _tag(
        "button",
        content,
        type="submit",
        name="cell",
        value=value,
        **{"class": "figure", "aria-label": f"{named}: {text}"},
    )
