"""What the export looks like over REST, for the schema. ``export.payload_of`` writes it."""

from typing import Any

from rest_framework import serializers

from initiatives.models import Initiative
from reports.finsam.fields import Counted


def _sek(title: str) -> Any:
    return serializers.IntegerField(allow_null=True, help_text=f"{title}, whole kronor.")


class ExportFederationSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class ExportCountedSerializer(serializers.Serializer[Any]):
    """Who is counted as a participant, and between which days; both are in it."""

    counted = serializers.ChoiceField([counted.value for counted in Counted])
    period = serializers.CharField()
    start = serializers.DateField()
    end = serializers.DateField()


class ExportFundsSerializer(serializers.Serializer[Any]):
    """What is contributed to the federation in the year."""

    state = _sek("From the state")
    region = _sek("From the region")
    municipalities = _sek("From the municipalities")
    total = _sek("All three; null where one is not known")


class ExportAdministrationSerializer(serializers.Serializer[Any]):
    budget = _sek("Budget")
    outcome = _sek("Outcome")


class ExportHeadsSerializer(serializers.Serializer[Any]):
    """Participations; at the activities of a structural initiative, heads."""

    women = serializers.IntegerField(allow_null=True)
    men = serializers.IntegerField(allow_null=True)
    other = serializers.IntegerField(allow_null=True, help_text="Another gender, or not known.")
    total = serializers.IntegerField(allow_null=True)


class ExportInitiativeSerializer(serializers.Serializer[Any]):
    """An initiative, individual or structural, with the fields of the web form."""

    slug = serializers.CharField()
    name = serializers.CharField()
    orientation = serializers.ChoiceField(Initiative.Orientation.values)
    narrower_orientation = serializers.CharField(allow_null=True)
    follow_up_method = serializers.CharField(allow_null=True)
    esf = serializers.BooleanField()
    target_group = serializers.CharField(allow_null=True)
    budget = _sek("Budget")
    outcome = _sek("Outcome")
    planned_participants = serializers.IntegerField(allow_null=True)
    participants = ExportHeadsSerializer()


class ExportSerializer(serializers.Serializer[Any]):
    """The figures for Uppföljning Finsam. A null is not known where ``missing`` names it, and else does not apply."""

    schema_version = serializers.CharField()
    generated_at = serializers.DateTimeField()
    known_at = serializers.DateTimeField()
    federation = ExportFederationSerializer()
    year = serializers.IntegerField()
    participants = ExportCountedSerializer()
    funds = ExportFundsSerializer()
    own_capital = _sek("Own capital at the beginning of the year")
    administration = ExportAdministrationSerializer()
    initiatives = ExportInitiativeSerializer(many=True)
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Paths, such as `own_capital` or `initiatives/<slug>/budget`."
    )
    figures_sha256 = serializers.CharField(help_text="Of all but the times: the same figures have the same.")
