"""Where participants stood on the ladder, and what their exit meant."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import ExitReason
from reports.context import Context
from reports.definition import UNKNOWN, Column, Dimension, Member, Placer, Text, Within
from reports.dimensions.common import NO, REASON_ID, YES, dated_members, table_of, yes_or_no


def _step_members(context: Context, _within: Within) -> Sequence[Member]:
    return [*dated_members(context, context.lists.steps), Member(UNKNOWN, _("Ingen bedömning"), only_if_occurs=True)]


def _step(key: str, title: Text, column: str) -> Dimension:
    return Dimension(
        key,
        title,
        (Column(column),),
        _step_members,
        lambda context: table_of({step.pk: step.code for step in context.lists.steps}),
    )


FIRST_STEP = _step("first_step", gettext_lazy("Första steget"), "first_step_id")
LAST_STEP = _step("last_step", gettext_lazy("Sista steget"), "last_step_id")


def _by_reason(answer: Callable[[ExitReason], bool]) -> Callable[[Context], Placer]:
    return lambda context: table_of({r.pk: YES if answer(r) else NO for r in context.lists.reasons})


WENT_ON = yes_or_no("went_on", gettext_lazy("Gick vidare"), (REASON_ID,), _by_reason(lambda r: r.went_on))
PURPOSE_REACHED = yes_or_no(
    "purpose_reached", gettext_lazy("Syftet uppnått"), (REASON_ID,), _by_reason(lambda r: r.purpose_reached)
)
