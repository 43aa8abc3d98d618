"""Goals with their outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.goal_measures import GOAL_MEASURES
from initiatives.models import Goal
from reports.context import Context
from reports.definition import Constant, DeclarationError, Figure, Line, Measure, Table, Words, plain
from reports.goals import LEAST, OUTCOMES, Outcome, Verdict
from reports.result import Format


def _lines(context: Context) -> Sequence[Line]:
    return [Line(goal.code, goal.text, _cells(goal)) for goal in context.goals]


def _lines_of_initiative(context: Context) -> Iterator[Line]:
    """The initiative's own goals, and those of the federation that can be measured in one initiative: shares."""
    for goal in context.goals:
        if goal.initiative == context.scope.initiative:
            yield Line(goal.code, goal.text, _cells(goal))
        elif goal.initiative is None and GOAL_MEASURES[goal.measure].is_share and not _outcome(goal).whole_year:
            yield Line(goal.code, _("%s (förbundets mål)") % goal.text, _cells(goal))


def _cells(goal: Goal) -> dict[str, Measure]:
    outcome, target = _outcome(goal), Constant(plain(goal.target), _("målvärdet"))
    shown = {"count": outcome.part, "of": outcome.base}
    return {
        "direction": Words(goal.get_direction_display()),
        "target": target,
        "unit": Words(GOAL_MEASURES[goal.measure].unit),
        **{key: measure for key, measure in shown.items() if measure is not None},
        "outcome": outcome.value,
        "met": Verdict(outcome, target, goal.direction == Goal.Direction.AT_MOST),
    }


def _outcome(goal: Goal) -> Outcome:
    if goal.measure not in OUTCOMES:
        raise DeclarationError(
            _("Målet ”%(text)s” har ett mått som inte finns (%(measure)s). Välj ett av: %(known)s.")
            % {"text": goal.text, "measure": goal.measure, "known": ", ".join(OUTCOMES)}
        )
    outcome = OUTCOMES[goal.measure]
    return outcome.of(goal.initiative) if goal.initiative else outcome


GOALS = Table(
    key="goals",
    title=gettext_lazy("Mål och utfall"),
    definition=gettext_lazy("Årets mål i förbundets egna ord, målvärdet med sin enhet, och hur det gick."),
    source=gettext_lazy("Förbundets mål för året och insatsernas registreringar."),
    valid_from=date(2023, 1, 1),
    version=2,
    heading=gettext_lazy("Mål"),
    figures=(
        Figure("direction", gettext_lazy("Riktning"), format=Format.TEXT),
        Figure("target", gettext_lazy("Målvärde")),
        Figure("unit", gettext_lazy("Enhet"), format=Format.TEXT),
        Figure("count", gettext_lazy("Antal")),
        Figure("of", gettext_lazy("Av")),
        Figure("outcome", gettext_lazy("Utfall")),
        Figure("met", gettext_lazy("Uppnått"), format=Format.TEXT),
    ),
    lines=_lines,
    notes=(
        gettext_lazy("Om målet är uppnått avgörs av utfallet före avrundning."),
        gettext_lazy("Mål som är ett antal, eller ett antal mot det planerade, bedöms bara för hela år."),
    ),
    whole_federation_only=True,
    extra_measures=(LEAST,),
)
INITIATIVE_GOALS = replace(
    GOALS,
    key="initiative_goals",
    title=gettext_lazy("Mål och utfall från årets början"),
    definition=gettext_lazy(
        "Årets mål för insatsen, och de av förbundets mål som är andelar, mätta bara i insatsen: målvärdet med sin "
        "enhet, och hur det gick från årets början."
    ),
    lines=lambda context: list(_lines_of_initiative(context)),
    whole_federation_only=False,
)
"""The goals as one initiative meets them, for its lägesrapport. Not among the published tables."""
