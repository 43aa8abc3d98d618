"""What registrations look like over REST, for the schema. ``bodies`` reads them and ``showing`` tells them."""

from typing import Any

from rest_framework import serializers

from participants.codes import Asked, FollowUpOutcome, Gender, StudiesAfter, WorkAfter

MAX_ROWS = 1000
"""So many rows a bulk request has at most."""

OUTCOMES = [o.value for o in FollowUpOutcome if o != FollowUpOutcome.PLANNED]
"""What can become of a follow-up."""
CODE: dict[str, Any] = {"max_length": 40, "allow_null": True, "required": False}


def codes(**options: Any) -> Any:
    """Several codes of a list."""
    return serializers.ListField(child=serializers.CharField(max_length=40), min_length=1, **options)


class AfterSerializer(serializers.Serializer[Any]):
    work_after = serializers.ChoiceField(WorkAfter.values, allow_null=True, required=False)
    studies_after = serializers.ChoiceField(StudiesAfter.values, allow_null=True, required=False)
    support_after = codes(allow_null=True, required=False)


class ExitSerializer(AfterSerializer):
    """An exit. ``exit_reason`` is a code of the list ``exit_reasons`` that the initiative uses."""

    exit_on = serializers.DateField()
    exit_reason = serializers.CharField(max_length=40)


class PartOfExitSerializer(AfterSerializer):
    exit_on = serializers.DateField(required=False)
    exit_reason = serializers.CharField(max_length=40, required=False)


class StepSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    step = serializers.CharField(max_length=40)


class FollowUpSerializer(serializers.Serializer[Any]):
    """A follow-up, so many months after the exit."""

    months = serializers.IntegerField()
    due_on = serializers.DateField()
    outcome = serializers.ChoiceField(FollowUpOutcome.values)
    done_on = serializers.DateField(allow_null=True)
    work_after = serializers.ChoiceField(WorkAfter.values, allow_null=True)
    studies_after = serializers.ChoiceField(StudiesAfter.values, allow_null=True)
    support_after = codes(allow_null=True)


class BackgroundSerializer(serializers.Serializer[Any]):
    birth_year = serializers.IntegerField(min_value=1900, max_value=2100, allow_null=True, required=False)
    municipality = serializers.CharField(**CODE)
    education = serializers.CharField(**CODE)
    referrer = serializers.CharField(**CODE)
    assignment = serializers.CharField(**CODE)
    support_before = codes(allow_null=True, required=False)
    support_months = serializers.IntegerField(min_value=0, max_value=900, allow_null=True, required=False)
    asked_about_violence = serializers.ChoiceField(Asked.values, required=False)


class EnrolmentSerializer(BackgroundSerializer):
    """A start. null, or nothing, is "not known"."""

    gender = serializers.ChoiceField(Gender.values)
    start_on = serializers.DateField()


class WhySerializer(serializers.Serializer[Any]):
    """Why something registered is changed: short, and about nobody."""

    reason = serializers.CharField(max_length=100)
    not_a_name = serializers.BooleanField(
        required=False, help_text="The reason has a word that is also a name, but names nobody."
    )


class CorrectionSerializer(EnrolmentSerializer, WhySerializer):
    """Everything about the start, and the exit where there is one. What is left out becomes "not known"."""

    exit = ExitSerializer(allow_null=True, required=False)


class PartialCorrectionSerializer(BackgroundSerializer, WhySerializer):
    """What is left out stays as it is."""

    gender = serializers.ChoiceField(Gender.values, required=False)
    start_on = serializers.DateField(required=False)
    exit = PartOfExitSerializer(allow_null=True, required=False)


class AssessmentSerializer(serializers.Serializer[Any]):
    step = serializers.CharField(max_length=40, help_text="A code of the list `steps`.")


class AnswerSerializer(AfterSerializer):
    """What became of a follow-up. Occupation and support only of one who was reached."""

    outcome = serializers.ChoiceField(OUTCOMES)
    done_on = serializers.DateField()
    try_again = serializers.BooleanField(
        required=False, help_text="Not reached this time: the attempt is kept, and the follow-up stays planned."
    )
    reason = serializers.CharField(
        max_length=100, allow_null=True, required=False, help_text="Why, where an answer is corrected."
    )
    not_a_name = serializers.BooleanField(required=False)


class ParticipationSerializer(serializers.Serializer[Any]):
    """A participation: one person's time in one initiative. Nothing in it says who."""

    code = serializers.CharField(help_text="Made by the system. It never changes.")
    etag = serializers.CharField(help_text="For `If-Match`; changes with everything that belongs to the participation.")
    is_void = serializers.BooleanField(help_text="Ended as felregistrering: in no statistic.")
    gender = serializers.ChoiceField(Gender.values)
    start_on = serializers.DateField()
    birth_year = serializers.IntegerField(allow_null=True)
    municipality = serializers.CharField(allow_null=True)
    education = serializers.CharField(allow_null=True)
    referrer = serializers.CharField(allow_null=True)
    assignment = serializers.CharField(allow_null=True)
    support_before = codes(allow_null=True)
    support_months = serializers.IntegerField(allow_null=True)
    asked_about_violence = serializers.ChoiceField(Asked.values)
    exit = ExitSerializer(allow_null=True)
    steps = StepSerializer(many=True)
    follow_ups = FollowUpSerializer(many=True)


class BulkParticipationSerializer(PartialCorrectionSerializer):
    """Without a code: a new one, with ``gender`` and ``start_on``. With a code: what is given is changed."""

    code = serializers.CharField(max_length=20, allow_null=True, required=False)
    reason = None  # type: ignore[assignment]
    not_a_name = None  # type: ignore[assignment]


class BulkStepSerializer(StepSerializer):
    code = serializers.CharField(max_length=20)


class BulkFollowUpSerializer(AfterSerializer):
    code = serializers.CharField(max_length=20)
    months = serializers.IntegerField(min_value=1, max_value=60)
    outcome = serializers.ChoiceField(OUTCOMES)
    done_on = serializers.DateField()


class BulkSerializer(serializers.Serializer[Any]):
    """Rows of three kinds, at most 1 000 together. The order of each kind is that of the answer."""

    atomic = serializers.BooleanField(
        required=False, help_text="true: all rows are written or none. false: those without a fault are."
    )
    participations = BulkParticipationSerializer(many=True, required=False)
    steps = BulkStepSerializer(many=True, required=False)
    follow_ups = BulkFollowUpSerializer(many=True, required=False)


class RowAnswerSerializer(serializers.Serializer[Any]):
    """What became of a row."""

    row = serializers.IntegerField(help_text="The number of the row in its kind; the first is 0.")
    status = serializers.ChoiceField(["created", "changed", "unchanged", "faulty"])
    code = serializers.CharField(allow_null=True)
    errors: Any = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)


class BulkAnswerSerializer(serializers.Serializer[Any]):
    """A line for each row, in its order, and how many of each outcome."""

    counts = serializers.DictField(child=serializers.IntegerField())
    participations = RowAnswerSerializer(many=True)
    steps = RowAnswerSerializer(many=True)
    follow_ups = RowAnswerSerializer(many=True)
