"""Every dimension once: what registrations are broken down by."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import F
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.models import Federation
from finsam_tracker.core.parameters import LONG_SUPPORT_MONTHS, YOUNG_AT_MOST, ParameterSpec
from initiatives.common_lists import POST_SECONDARY, WITHOUT_UPPER_SECONDARY
from initiatives.models import CodeKind, CommonGroup
from initiatives.models.codelists import DatedItem
from participants.codes import Asked, Gender, WorkAfter
from reports.context import Context
from reports.definition import UNKNOWN, Column, Dimension, Joining, Member, Placer, Text, Within

YES, NO = "yes", "no"

INITIATIVE_ID = Column("initiative_id")
MUNICIPALITY_ID = Column("municipality_id")
GENDER_CODE = Column("gender")
REASON_ID = Column("exit_reason_id")
WORK_CODE = Column("work_after")
EDUCATION_CODE = Column("education")
ASKED_CODE = Column("asked_about_violence")
FIRST_STEP = Column("first_step_position", F("first_step__position"))
LAST_STEP = Column("last_step_position", F("last_step__position"))
SUPPORT_MONTHS = Column("support_months")
AGE_AT_START = Column("age_at_start", ExtractYear("start_on") - F("birth_year"))


def unknown_member() -> Member:
    """The row "Uppgift saknas", shown when a registration lacks the value."""
    return Member(UNKNOWN, _("Uppgift saknas"), only_if_occurs=True)


def table_of(codes: Mapping[object, str]) -> Callable[[object], str | None]:
    """A placer that looks a raw value up; one that is None is unknown, one that is not there is outside the list."""
    return lambda raw: UNKNOWN if raw is None else codes.get(raw)


def _initiative_members(context: Context, _within: Within) -> Sequence[Member]:
    chosen = context.scope.initiative
    return [
        Member(initiative.slug, initiative.label, only_if_occurs=not initiative.runs_in(context.period))
        for initiative in context.lists.initiatives
        if chosen is None or initiative.pk == chosen.pk
    ]


INITIATIVE = Dimension(
    "initiative",
    gettext_lazy("Insats"),
    (INITIATIVE_ID,),
    _initiative_members,
    lambda context: table_of({i.pk: i.slug for i in context.lists.initiatives}),
    joined=Joining(gettext_lazy("Övriga insatser")),
)

GENDER = Dimension(
    "gender",
    gettext_lazy("Kön"),
    (GENDER_CODE,),
    lambda _context, _within: [
        Member(Gender.WOMAN, _("Kvinnor")),
        Member(Gender.MAN, _("Män")),
        Member(Gender.OTHER, _("Annat/Uppgift saknas"), only_if_occurs=True),
    ],
    lambda _context: table_of({code: code for code in Gender.values}),
)


def _reason_members(context: Context, within: Within) -> Sequence[Member]:
    used = _reasons_in_use(context, within)
    labels = labels_of([reason for reason in context.lists.reasons if reason.pk in used])
    return [
        Member(
            reason.code,
            labels.get(reason.code, reason.label),
            only_if_occurs=reason.pk not in used or not reason.holds_in(context.period),
        )
        for reason in context.lists.reasons
        if within.get(COMMON_GROUP.key, reason.group.common) == reason.group.common
    ]


def _reasons_in_use(context: Context, within: Within) -> set[int]:
    links = context.lists.reasons_of_initiative
    slug = within.get(INITIATIVE.key, context.scope.initiative.slug if context.scope.initiative else None)
    chosen = [i.pk for i in context.lists.initiatives if slug in (None, i.slug)]
    return set().union(*(links.get(pk, set()) for pk in chosen))


EXIT_REASON = Dimension(
    "exit_reason",
    gettext_lazy("Avslutsorsak"),
    (REASON_ID,),
    _reason_members,
    lambda context: table_of({reason.pk: reason.code for reason in context.lists.reasons}),
    joined=Joining(gettext_lazy("Övriga utfall")),
    sensitive=True,
)

OUTCOME_GROUP = Dimension(
    "outcome_group",
    gettext_lazy("Utfallsgrupp"),
    (REASON_ID,),
    lambda context, _within: [Member(group.code, group.label) for group in context.lists.groups],
    lambda context: table_of({reason.pk: reason.group.code for reason in context.lists.reasons}),
)

COMMON_GROUP = Dimension(
    "common_group",
    gettext_lazy("Gemensam utfallsgrupp"),
    (REASON_ID,),
    lambda _context, _within: [Member(group, str(group.label)) for group in CommonGroup],
    lambda context: table_of({reason.pk: reason.group.common for reason in context.lists.reasons}),
)

MUNICIPALITY = Dimension(
    "municipality",
    gettext_lazy("Kommun"),
    (MUNICIPALITY_ID,),
    lambda context, _within: [*(Member(m.code, m.name) for m in context.lists.municipalities), unknown_member()],
    lambda context: table_of({m.pk: m.code for m in context.lists.municipalities}),
)

NO_ANSWER = "no-answer"
WORK_EXTENT = Dimension(
    "work_extent",
    gettext_lazy("Arbetar efter insatsen"),
    (WORK_CODE,),
    lambda _context, _within: [
        *(Member(w, str(w.label)) for w in WorkAfter if w not in (WorkAfter.NONE, WorkAfter.UNKNOWN_EXTENT)),
        Member(WorkAfter.UNKNOWN_EXTENT, _("Omfattning saknas"), only_if_occurs=True),
        Member(WorkAfter.NONE, str(WorkAfter.NONE.label), only_if_occurs=True),
        Member(NO_ANSWER, _("Uppgift saknas"), only_if_occurs=True),
    ],
    lambda _context: lambda raw: NO_ANSWER if raw is None else raw if raw in WorkAfter.values else None,
)


def yes_or_no(key: str, title: Text, columns: tuple[Column, ...], placer: Callable[[Context], Placer]) -> Dimension:
    """A question that a registration answers with yes, no, or not at all."""
    return Dimension(
        key,
        title,
        columns,
        lambda _context, _within: [Member(YES, _("Ja")), Member(NO, _("Nej")), unknown_member()],
        placer,
    )


def _compared(spec: ParameterSpec, is_yes: Callable[[int, int], bool]) -> Callable[[Context], Placer]:
    """Places a number by a parameter of the federation; no number is unknown, and so is all without the parameter."""

    def placer(context: Context) -> Placer:
        held = context.parameters.get(spec.key)
        if held is None:
            return lambda _number: UNKNOWN
        bound = int(held.value)
        return lambda number: UNKNOWN if number is None else YES if is_yes(number, bound) else NO

    return placer


YOUNG = yes_or_no(
    "young",
    gettext_lazy("Ung vid start"),
    (AGE_AT_START,),
    _compared(YOUNG_AT_MOST, lambda age, bound: age <= bound),
)
LONG_SUPPORT = yes_or_no(
    "long_support",
    gettext_lazy("Lång tid i offentlig försörjning före start"),
    (SUPPORT_MONTHS,),
    _compared(LONG_SUPPORT_MONTHS, lambda months, bound: months >= bound),
)


def _education_among(common: Iterable[str]) -> Callable[[Context], Placer]:
    """Places an education by the national level that the federation's item counts as."""
    wanted = frozenset(common)

    def placer(context: Context) -> Placer:
        items = context.lists.codes(CodeKind.EDUCATION)
        return table_of({item.code: YES if item.common in wanted else NO for item in items})

    return placer


WITHOUT_COMPLETE_UPPER_SECONDARY = yes_or_no(
    "without_upper_secondary",
    gettext_lazy("Saknar fullständig gymnasieutbildning"),
    (EDUCATION_CODE,),
    _education_among(WITHOUT_UPPER_SECONDARY),
)
HAS_POST_SECONDARY = yes_or_no(
    "post_secondary",
    gettext_lazy("Eftergymnasial utbildning"),
    (EDUCATION_CODE,),
    _education_among(POST_SECONDARY),
)

ASKED = Dimension(
    "asked_about_violence",
    gettext_lazy("Fråga om våld"),
    (ASKED_CODE,),
    lambda _context, _within: [Member(a, str(a.label)) for a in Asked],
    lambda _context: table_of({code: code for code in Asked.values}),
    sensitive=True,
)


def labels_of(items: Sequence[DatedItem]) -> dict[str, str]:
    """The labels of a list by code. Where one took the place of another with its label, that one says until when."""
    times = Counter(item.label for item in items)
    return {
        item.code: _("%(label)s (till och med %(day)s)") % {"label": item.label, "day": item.valid_to}
        if times[item.label] > 1 and item.valid_to
        else item.label
        for item in items
    }


def dated_members(context: Context, items: Iterable[DatedItem]) -> list[Member]:
    """The items of a list; one that was not in force in the period has a row only where it occurs."""
    items = list(items)
    labels = labels_of(items)
    return [Member(item.code, labels[item.code], only_if_occurs=not item.holds_in(context.period)) for item in items]


def code_list(key: str, title: Text, column: Column, kind: CodeKind) -> Dimension:
    """A federation's own list, with a row for those without a value where there are any."""

    def members(context: Context, _within: Within) -> Sequence[Member]:
        return [*dated_members(context, context.lists.codes(kind)), unknown_member()]

    return Dimension(
        key,
        title,
        (column,),
        members,
        lambda context: table_of({item.code: item.code for item in context.lists.codes(kind)}),
    )


CONTACT_KIND = code_list("contact_kind", gettext_lazy("Slag av samtal"), Column("kind"), CodeKind.CONTACT_KIND)
REFERRED_TO = code_list("referred_to", gettext_lazy("Hänvisad till"), Column("referred_to"), CodeKind.CONTACT_OUTCOME)


def _positive_step_placer(context: Context) -> Placer:
    """By the federation's rule: the steps, the exit reason, or either."""
    rule, rules = context.scope.federation.positive_step, Federation.PositiveStep
    positive_reasons = {reason.pk for reason in context.lists.reasons if reason.counts_as_positive_step}

    def place(first: int | None, last: int | None, reason: int | None) -> str:
        if rule != rules.STEPS and reason is not None and reason in positive_reasons:
            return YES
        if rule == rules.REASON:
            return UNKNOWN if reason is None else NO
        if first is None or last is None:
            return UNKNOWN
        return YES if last > first else NO

    return place


POSITIVE_STEP = yes_or_no(
    "positive_step",
    gettext_lazy("Positiv stegförflyttning"),
    (FIRST_STEP, LAST_STEP, REASON_ID),
    _positive_step_placer,
)
