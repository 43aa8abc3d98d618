"""Facts in a sentence."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from finsam_tracker.core import parameters
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


def _fact(key: str, title: Text, dimension: Dimension, code: str) -> Line:
    part = Count(TOOK_PART, dimension, frozenset({code}), title)
    return Line(key, title, {"count": part, "of": EVERYONE, "percent": Percent(part, EVERYONE)})


def _fact_lines(context: Context) -> Sequence[Line]:
    young = parameters.require(context.parameters, parameters.YOUNG_AT_MOST, context.period.end)
    months = parameters.require(context.parameters, parameters.LONG_SUPPORT_MONTHS, context.period.end)
    long_support = (
        _("%d år eller mer i offentlig försörjning före start") % (months / 12)
        if months % 12 == 0
        else (_("%d månader eller mer i offentlig försörjning före start") % months)
    )
    return [
        _fact("women", _("Kvinnor"), GENDER, Gender.WOMAN),
        _fact("men", _("Män"), GENDER, Gender.MAN),
        _fact("young", _("%d år eller yngre vid start") % young, YOUNG, YES),
        _fact("long_support", long_support, LONG_SUPPORT, YES),
        _fact(
            "without_upper_secondary",
            _("Minst så många saknar fullständig gymnasieutbildning"),
            WITHOUT_COMPLETE_UPPER_SECONDARY,
            YES,
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
