"""How the values of Uppföljning Finsam are read by people, copied, and written in files."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from initiatives.models import Initiative
from reports.finsam.export import Export, Plain, path_of
from reports.finsam.fields import FIELDS, SCHEMA_VERSION, Field, Kind
from reports.render.csv import guarded
from reports.render.numbers import sv_decimal

STATUS = {False: "not_applicable", True: "missing"}


def shown(field: Field, value: Plain) -> str:
    """A value as a person reads it."""
    if isinstance(value, int) and field.kind in (Kind.SEK, Kind.COUNT):
        return sv_decimal(value, 0)
    return copied(field, value)


def copied(field: Field, value: Plain) -> str:
    """A value as it is typed into the web form: digits without spaces, words as they are."""
    if value is None:
        return ""
    if field.kind is Kind.FLAG:
        return _("Ja") if value else _("Nej")
    if field.kind is Kind.CHOICE:
        return str(Initiative.Orientation(str(value)).label)
    return str(value)


def shown_at(key: str, value: Plain) -> str:
    """The same by the field's key; of a field that is gone, the value as it was kept."""
    return shown(FIELDS[key], value) if key in FIELDS else str(value)


def title_at(key: str) -> str:
    """What a field is called; one that is gone by its key."""
    return str(FIELDS[key].title) if key in FIELDS else key


def difference(field: Field, then: Plain, now: Plain) -> str:
    """What a number moved by, with its sign; empty for words."""
    if isinstance(then, bool) or not (isinstance(then, int) and isinstance(now, int)):
        return ""
    moved = now - then
    return f"{'+' if moved > 0 else ''}{sv_decimal(moved, 0)}"


def csv_of(export: Export) -> bytes:
    """One line a field, for Swedish Excel: semicolons and a byte order mark."""
    header = ["schema_version", "federation", "year", "participants", "period", "known_at", "initiative", "name"]
    about = (
        SCHEMA_VERSION,
        export.federation.slug,
        export.asked.year,
        export.asked.counted,
        export.asked.period.key,
        timezone.localtime(export.known_at).isoformat(),
    )
    return file_of([[*header, "field", "title", "value", "status"], *_lines(export, about)])


def _lines(export: Export, about: Iterable[object]) -> Iterator[list[object]]:
    for place, item in export.each():
        raw = item.value
        value = "" if raw is None else str(raw).lower() if isinstance(raw, bool) else raw
        status = "value" if raw is not None else STATUS[item.is_missing]
        yield [*about, place.slug, place.name, path_of("", item.field), str(item.field.title), value, status]


def file_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a CSV file for Swedish Excel; what would be a formula is none."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
