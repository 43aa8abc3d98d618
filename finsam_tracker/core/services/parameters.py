"""A federation's assumptions: dated values with sources."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, Parameter, User
from finsam_tracker.core.parameters import PARAMETERS, ParameterSpec
from finsam_tracker.core.services.acting import Act, Problems, changed, lock_set_up, refuse
from finsam_tracker.core.texts import text_problems

MOST_DECIMALS = 4


@transaction.atomic
def add_parameter(
    *, by: User, federation: Federation, key: str, value: Decimal, valid_from: date, source: str, now: datetime
) -> Parameter:
    """A value that holds from a day on, until the next one. Errors are by "key", "value", "valid_from" and "source"."""
    lock_set_up(by, federation)
    spec = PARAMETERS.get(key)
    if spec is None:
        raise ValidationError({"key": [_("”%s” är inget antagande som finns.") % key[:40]]})
    problems = _problems(spec, value, source)
    if Parameter.objects.filter(federation=federation, key=key, valid_from=valid_from).exists():
        problems["valid_from"] = [
            _("Det finns redan ett värde som gäller från %s. Ändra det, eller välj en annan dag.") % valid_from
        ]
    refuse(problems)
    row = Parameter.objects.create(
        federation=federation, key=key, value=value, valid_from=valid_from, source=source.strip()
    )
    Act(by, federation, "add_parameter", now).did_to_figures(row, from_day=valid_from, reason=key)
    return row


@transaction.atomic
def correct_parameter(*, by: User, parameter: Parameter, value: Decimal, source: str, now: datetime) -> bool:
    """Put a wrong value or source right; returns whether anything changed. The day stays: another day is another value.

    Tables of past periods are computed anew; what is published keeps its value.
    """
    lock_set_up(by, parameter.federation)
    refuse(_problems(PARAMETERS[parameter.key], value, source))
    before = parameter.value
    if not changed(parameter, {"value": value, "source": source.strip()}):
        return False
    parameter.save()
    act = Act(by, parameter.federation, "correct_parameter", now)
    told = f"{parameter.key} {parameter.valid_from}: {before.normalize():f} -> {value.normalize():f}"
    act.did_to_figures(parameter, from_day=parameter.valid_from, reason=told)
    return True


@transaction.atomic
def remove_parameter(*, by: User, parameter: Parameter, now: datetime) -> None:
    """Take away a value that has not begun to hold."""
    lock_set_up(by, parameter.federation)
    if parameter.valid_from <= timezone.localdate(now):
        raise ValidationError(_("Värdet har börjat gälla och kan inte tas bort. Ändra det om det är fel."))
    act = Act(by, parameter.federation, "remove_parameter", now)
    act.did_to_figures(parameter, from_day=parameter.valid_from, reason=f"{parameter.key} {parameter.valid_from}")
    parameter.delete()


def _problems(spec: ParameterSpec, value: Decimal, source: str) -> Problems:
    return {
        "value": _value_problems(spec, value),
        "source": text_problems(
            source, 200, _("Skriv varifrån värdet kommer, till exempel ett beslut och dess datum.")
        ),
    }


def _value_problems(spec: ParameterSpec, value: Decimal) -> list[str]:
    if not value.is_finite() or not spec.low <= value <= spec.high:
        return [
            _("Skriv ett värde mellan %(low)s och %(high)s (%(unit)s).")
            % {"low": spec.low, "high": spec.high, "unit": spec.unit}
        ]
    if value != round(value, MOST_DECIMALS):
        return [_("Skriv värdet med högst fyra decimaler.")]
    return []
