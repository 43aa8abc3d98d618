"""What the tables look like over REST, for the schema. ``render.json`` and
``render.tidy`` write them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reports.models import Publication
from reports.render.tidy import UNITS
from reports.result import Format, RowKind, Status

STATUSES = [status.value for status in Status]
ROW_KINDS = [kind.value for kind in RowKind]
FORMATS = [form.value for form in Format]
UNIT_NAMES = sorted(set(UNITS.values()))
PUBLICATION_KINDS = list(Publication.Kind.values)


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}], "nullable": True})
class CellValueField(serializers.Field[Any, Any, Any, Any]):
    """A number; a string where the column is words, or where a decimal is no double; null where there is no value."""


class TableEntrySerializer(serializers.Serializer[Any]):
    """A table that there is: what it is called and what it shows."""

    key = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField()


class PeriodSerializer(serializers.Serializer[Any]):
    """A period; both days are in it."""

    key = serializers.CharField()
    label: Any = serializers.CharField()
    start = serializers.DateField()
    end = serializers.DateField()


class ColumnSerializer(serializers.Serializer[Any]):
    """A column. ``group`` is the heading above several columns that split one measure, or empty."""

    key = serializers.CharField()
    title = serializers.CharField()
    format = serializers.ChoiceField(FORMATS)
    group = serializers.CharField(allow_blank=True)


class CellSerializer(serializers.Serializer[Any]):
    """A value and its status; the value is null for every status but ``value``."""

    value = CellValueField()
    status = serializers.ChoiceField(STATUSES)


class RowSerializer(serializers.Serializer[Any]):
    """A row: a code and a label for each heading, and a cell for each column. The code of a sum is ``total``."""

    key = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField(allow_blank=True))
    kind = serializers.ChoiceField(ROW_KINDS)
    cells = CellSerializer(many=True)


class ParameterSerializer(serializers.Serializer[Any]):
    """An assumption that the table leans on."""

    key = serializers.CharField()
    title = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    valid_from = serializers.DateField()
    source: Any = serializers.CharField(allow_blank=True)


class TableSerializer(serializers.Serializer[Any]):
    """A computed table.

    ``is_stale``: registrations have been made that are not in it yet. ``known_on``: the past day whose knowledge it
    shows.
    """

    table = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    federation = serializers.CharField()
    scope = serializers.CharField()
    period = PeriodSerializer()
    counts = serializers.CharField(allow_blank=True)
    headings = serializers.ListField(child=serializers.CharField(allow_blank=True))
    columns = ColumnSerializer(many=True)
    rows = RowSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    parameters = ParameterSerializer(many=True)
    computed_at = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()
    known_on = serializers.DateField(allow_null=True)


class NamedSerializer(serializers.Serializer[Any]):
    """A code and what it is called."""

    key = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)


class MeasureSerializer(NamedSerializer):
    """What is measured, and in what."""

    format = serializers.ChoiceField(FORMATS)
    unit = serializers.ChoiceField(UNIT_NAMES)


class BreakSerializer(serializers.Serializer[Any]):
    """A column that cannot be compared with those before it, and why."""

    column = serializers.CharField()
    cause = serializers.CharField()


class ObservationSerializer(serializers.Serializer[Any]):
    """A cell.

    Beside these it has a code and a label (`initiative`, `initiative_label`) for each of the table's `dimensions`. The
    code of a sum over a dimension is `total`.
    """

    table = serializers.CharField()
    version = serializers.IntegerField()
    federation = serializers.CharField()
    federation_label = serializers.CharField()
    scope = serializers.CharField(allow_blank=True)
    scope_label = serializers.CharField()
    period = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    row_kind = serializers.ChoiceField(ROW_KINDS)
    measure = serializers.CharField()
    measure_label = serializers.CharField()
    value = CellValueField()
    status = serializers.ChoiceField(STATUSES)
    format = serializers.ChoiceField(FORMATS)
    unit = serializers.ChoiceField(UNIT_NAMES)


class TidyTableSerializer(serializers.Serializer[Any]):
    """A computed table as tidy data: a row for each cell.

    ``limits``: in sentences, what the figures cannot say. ``scope`` has no key where it is the whole federation.
    """

    layout = serializers.ChoiceField(["tidy"])
    table = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    definition = serializers.CharField(allow_blank=True)
    source: Any = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField(allow_null=True)
    counts = serializers.CharField(allow_blank=True)
    federation = NamedSerializer()
    scope = NamedSerializer()
    period = PeriodSerializer()
    dimensions = NamedSerializer(many=True)
    measures = MeasureSerializer(many=True)
    parameters = ParameterSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    breaks = BreakSerializer(many=True)
    limits = serializers.ListField(child=serializers.CharField())
    computed_at = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()
    known_on = serializers.DateField(allow_null=True)
    observations = ObservationSerializer(many=True)


class PublishedSerializer(serializers.Serializer[Any]):
    """A published edition in the list. ``code`` is its name for ever, and stands on each printed page."""

    code = serializers.CharField()
    template = serializers.CharField()
    title = serializers.CharField()
    period = serializers.CharField()
    edition = serializers.IntegerField()
    kind = serializers.ChoiceField(PUBLICATION_KINDS)
    reason = serializers.CharField(allow_blank=True)
    known_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField()
    hash = serializers.CharField()


class MovedSerializer(serializers.Serializer[Any]):
    """A printed figure that says something else than in the edition before."""

    table = serializers.CharField()
    row = serializers.CharField()
    column = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class DefinedSerializer(serializers.Serializer[Any]):
    """What a table counted when it was frozen."""

    table = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    definition = serializers.CharField()
    source: Any = serializers.CharField()
    valid_from = serializers.DateField()


class EditionSerializer(PublishedSerializer):
    """A published edition with its tables, as they were frozen."""

    federation = serializers.CharField()
    address = serializers.CharField(help_text="Where anybody can check it.")
    summary = serializers.CharField(allow_blank=True)
    changes = MovedSerializer(many=True)
    protection = serializers.ListField(child=serializers.CharField())
    definitions = DefinedSerializer(many=True)
    tables = TidyTableSerializer(many=True)
