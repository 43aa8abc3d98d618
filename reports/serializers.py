"""What the tables look like over REST, for the schema. ``render.json`` writes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reports.result import Format, RowKind, Status


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
    format = serializers.ChoiceField([form.value for form in Format])
    group = serializers.CharField(allow_blank=True)


class CellSerializer(serializers.Serializer[Any]):
    """A value and its status; the value is null for every status but ``value``."""

    value = CellValueField()
    status = serializers.ChoiceField([status.value for status in Status])


class RowSerializer(serializers.Serializer[Any]):
    """A row: a code and a label for each heading, and a cell for each column. The code of a sum is ``total``."""

    key = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField(allow_blank=True))
    kind = serializers.ChoiceField([kind.value for kind in RowKind])
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
