"""Facts in a sentence."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from finsam_tracker.core import parameters
from finsam_tracker.core.parameters import ParameterSpec
from participants.codes import Gender
from reports.context import Context
from reports.definition import (
    Assumption,
    Count,
    Dimension,
    Figure,
    Line,
    Percent,
    Table,
    Text,
)
from reports.dimensions.common import (
    GENDER,
    HAS_POST_SECONDARY,
    LONG_SUPPORT,
    WITHOUT_COMPLETE_UPPER_SECONDARY,
    YES,
    YOUNG,
)
from reports.populations import TOOK_PART
from reports.result import Format

EVERYONE = Count(TOOK_PART)


def _fact(key: str, title: Text, dimension: Dimension, code: str, whom: Text = "") -> Line:
    """A share of everybody, under its title; ``whom`` it counts, where the title is no name of them."""
    part = Count(TOOK_PART, dimension, frozenset({code}), whom or title)
    return Line(key, title, {"count": part, "of": EVERYONE, "percent": Percent(part, EVERYONE)})


def _compared(
    context: Context, spec: ParameterSpec, key: str, title: Callable[[Decimal], str], dimension: Dimension
) -> Line:
    """A fact that leans on an assumption; without it the line has no figures."""
    held = context.parameters.get(spec.key)
    if held is not None:
        return _fact(key, title(held.value), dimension, YES)
    return Line(key, dimension.title, {"count": Assumption(spec), "of": EVERYONE, "percent": Assumption(spec)})


def _young(years: Decimal) -> str:
    return _("%d år eller yngre vid start") % years


def _long_support(months: Decimal) -> str:
    if months % 12 == 0:
        return _("%d år eller mer i offentlig försörjning före start") % (months / 12)
    return _("%d månader eller mer i offentlig försörjning före start") % months


def _fact_lines(context: Context) -> Sequence[Line]:
    return [
        _fact("women", _("Kvinnor"), GENDER, Gender.WOMAN),
        _fact("men", _("Män"), GENDER, Gender.MAN),
        _compared(context, parameters.YOUNG_AT_MOST, "young", _young, YOUNG),
        _compared(context, parameters.LONG_SUPPORT_MONTHS, "long_support", _long_support, LONG_SUPPORT),
        _fact(
            "without_upper_secondary",
            _("Minst så många saknar fullständig gymnasieutbildning"),
            WITHOUT_COMPLETE_UPPER_SECONDARY,
            YES,
            _("de som är kända för att sakna fullständig gymnasieutbildning"),
        ),
        _fact("post_secondary", _("Eftergymnasial utbildning"), HAS_POST_SECONDARY, YES),
    ]


FACTS = Table(
    key="facts",
    title=_("Mer fakta om deltagare"),
    definition=_("Andelar av alla som deltog i perioden, i hela procent."),
    source=_("Insatsernas registreringar av kön, födelseår, utbildning och tid i offentlig försörjning."),
    valid_from=date(2023, 1, 1),
    heading=_("Av deltagarna"),
    figures=(
        Figure("count", _("Antal")),
        Figure("of", _("Av")),
        Figure("percent", _("Procent"), format=Format.PERCENT),
    ),
    lines=_fact_lines,
    notes=(
        _("Den som saknar uppgift räknas inte till andelen men ingår i antalet den tas av."),
        _("Ålder är startåret minus födelseåret, eftersom bara födelseåret registreras."),
    ),
    extra_measures=(Assumption(parameters.YOUNG_AT_MOST), Assumption(parameters.LONG_SUPPORT_MONTHS)),
)
