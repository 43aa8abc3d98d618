"""A federation's own lists. A code never changes, a used item is ended and never deleted, and what has it keeps it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.services.acting import Act, Problems, changed, lock_set_up, refuse, remove
from finsam_tracker.core.texts import LONGEST_CODE
from initiatives import policies
from initiatives.facts import ALWAYS, ItemFacts, ReasonFacts, Validity
from initiatives.models import CodeItem, CodeKind, ExitReason, ListItem, OutcomeGroup, Step
from initiatives.usage import uses_of

FOR_A_WHILE = 10_000
"""Positions that no row keeps: two rows never have the same one, not even while they change places."""


def siblings(item: ListItem) -> QuerySet[Any]:
    """The items of the same list, the item itself included, in order."""
    if isinstance(item, CodeItem):
        return CodeItem.objects.filter(federation=item.federation, kind=item.kind)
    return type(item).objects.filter(federation=item.federation)


@transaction.atomic
def add_item(
    *,
    by: User,
    federation: Federation,
    kind: str,
    code: str,
    facts: ItemFacts,
    validity: Validity = ALWAYS,
    now: datetime,
) -> CodeItem:
    """A new item, last in one of the plain lists (``CodeKind``)."""
    item = CodeItem(federation=federation, kind=kind, code=code, common=facts.common)
    problems = _code_item_problems(item)
    if kind == CodeKind.SUPPORT and len(code) <= LONGEST_CODE:
        problems["code"] = policies.support_code_problems(code, siblings(item))
    _add(item, by, facts.label, validity, now, problems)
    return item


@transaction.atomic
def add_step(
    *,
    by: User,
    federation: Federation,
    code: str,
    facts: ItemFacts,
    validity: Validity = ALWAYS,
    now: datetime,
) -> Step:
    """A new step, at the top of the ladder."""
    step = Step(federation=federation, code=code)
    _add(step, by, facts.label, validity, now, {})
    return step


@transaction.atomic
def add_reason(
    *,
    by: User,
    federation: Federation,
    code: str,
    facts: ReasonFacts,
    validity: Validity = ALWAYS,
    now: datetime,
) -> ExitReason:
    """A new exit reason, last in the list. No initiative uses it until it is told to."""
    reason = ExitReason(federation=federation, code=code, **_reason_columns(facts))
    _add(reason, by, facts.label, validity, now, policies.reason_problems(facts, federation))
    return reason


@transaction.atomic
def change_item(*, by: User, item: CodeItem, facts: ItemFacts, now: datetime) -> bool:
    """Another label or national counterpart; returns whether anything changed."""
    problems: Problems = {"common": policies.common_problems(item.kind, facts.common)}
    return _change(item, by, {"label": facts.label.strip(), "common": facts.common}, problems, now)


@transaction.atomic
def change_step(*, by: User, step: Step, facts: ItemFacts, now: datetime) -> bool:
    """Another label; returns whether anything changed."""
    return _change(step, by, {"label": facts.label.strip()}, {}, now)


@transaction.atomic
def change_reason(*, by: User, reason: ExitReason, facts: ReasonFacts, now: datetime) -> bool:
    """Another label, group or flag; returns whether anything changed.

    Exits keep the reason they have, and so count as it counts now: figures of past periods change with group and
    flags. The audit row says for how many exits.
    """
    told = ""
    if not facts.counts_as(ReasonFacts.of(reason)):
        told = _("Räknas annorlunda för %d avslut") % uses_of(reason).now
    values = {"label": facts.label.strip(), **_reason_columns(facts)}
    return _change(reason, by, values, policies.reason_problems(facts, reason.federation), now, told)


@transaction.atomic
def end_item(*, by: User, item: ListItem, last_day: date, now: datetime) -> bool:
    """Let an item be chosen for what happens until a day, and no later; returns whether anything changed."""
    return _set_validity(item, by, Validity(item.valid_from, last_day), "end_item", now)


@transaction.atomic
def reopen_item(*, by: User, item: ListItem, now: datetime) -> bool:
    """Let an ended item be chosen again, for the time in between too; returns whether anything changed."""
    return _set_validity(item, by, Validity(item.valid_from, None), "reopen_item", now)


@transaction.atomic
def set_validity(*, by: User, item: ListItem, validity: Validity, now: datetime) -> bool:
    """On which days an item may be chosen; returns whether anything changed."""
    return _set_validity(item, by, validity, "change_item", now)


@transaction.atomic
def remove_item(*, by: User, item: ListItem, now: datetime) -> None:
    """Take away an item that nothing has ever used: no registration, and no initiative."""
    lock_set_up(by, item.federation)
    used = _("”%s” används och kan inte tas bort. Avsluta den i stället, så behåller det gamla den.") % item.label
    if uses_of(item).ever or (isinstance(item, ExitReason) and item.initiatives.exists()):
        refuse({"__all__": [used]})
    refuse({"__all__": policies.needed_problems(item)})
    act = Act(by, item.federation, "remove_item", now)
    remove(item, used, before=lambda: act.did_to_figures(item, reason=item.code))


@transaction.atomic
def move_item(*, by: User, item: ListItem, up: bool, now: datetime) -> bool:
    """Let an item change places with the one before it (``up``) or after; returns whether there is one."""
    order = list(siblings(item))
    place = next(n for n, row in enumerate(order) if row.pk == item.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return False
    order[place], order[other] = order[other], order[place]
    return set_order(by=by, order=order, now=now)


@transaction.atomic
def set_order(*, by: User, order: Sequence[ListItem], now: datetime) -> bool:
    """The order of a whole list, ended items included; returns whether anything changed.

    Of steps the order is the ladder: a step movement is positive by it, in past periods too.
    """
    lock_set_up(by, order[0].federation)
    if sorted(item.pk for item in order) != sorted(siblings(order[0]).values_list("pk", flat=True)):
        refuse({"__all__": [_("Listan har ändrats under tiden. Ladda om sidan och försök igen.")]})
    moved = [(number, item) for number, item in enumerate(order, 1) if item.position != number]
    for shift in (FOR_A_WHILE, 0):
        for number, item in moved:
            item.position = number + shift
            item.save(update_fields=["position"])
    if moved:
        Act(by, order[0].federation, "move_item", now).did_to_figures(moved[0][1])
    return bool(moved)


@transaction.atomic
def change_group(*, by: User, group: OutcomeGroup, label: str, now: datetime) -> bool:
    """Another name of an outcome group, as the federation prints it; returns whether anything changed."""
    lock_set_up(by, group.federation)
    others = OutcomeGroup.objects.filter(federation=group.federation).exclude(pk=group.pk)
    refuse({"label": policies.group_label_problems(label, others)})
    if not changed(group, {"label": label.strip()}):
        return False
    group.save()
    Act(by, group.federation, "change_group", now).did_to_figures(group)
    return True


@transaction.atomic
def add_group(*, by: User, federation: Federation, code: str, label: str, common: str, now: datetime) -> OutcomeGroup:
    """A new outcome group, last in order; ``common`` (``CommonGroup``) is what it means in every federation."""
    lock_set_up(by, federation)
    others = OutcomeGroup.objects.filter(federation=federation)
    refuse(policies.new_group_problems(code, label, common, others))
    group = OutcomeGroup.objects.create(
        federation=federation, code=code, label=label.strip(), common=common, position=_last(others) + 1
    )
    Act(by, federation, "add_group", now).did_to_figures(group)
    return group


def _add(item: ListItem, by: User, label: str, validity: Validity, now: datetime, problems: Problems) -> None:
    lock_set_up(by, item.federation)
    others = siblings(item)
    item.label, item.valid_from, item.valid_to = label.strip(), validity.valid_from, validity.valid_to
    item.position = _last(others) + 1
    code = policies.new_code_problems(item.code, others)
    refuse({**problems, **policies.item_problems(label, validity, others), **{k: v for k, v in code.items() if v}})
    item.save()
    Act(by, item.federation, "add_item", now).did_to_figures(item)


def _change(
    item: ListItem, by: User, values: dict[str, Any], problems: Problems, now: datetime, told: str = ""
) -> bool:
    lock_set_up(by, item.federation)
    validity = Validity(item.valid_from, item.valid_to)
    refuse({**problems, **policies.item_problems(values["label"], validity, _others(item))})
    if not changed(item, values):
        return False
    item.save()
    Act(by, item.federation, "change_item", now).did_to_figures(item, reason=told)
    return True


def _set_validity(item: ListItem, by: User, validity: Validity, action: str, now: datetime) -> bool:
    lock_set_up(by, item.federation)
    refuse(policies.validity_problems(item, validity))
    refuse(policies.item_problems(item.label, validity, _others(item)))
    if not changed(item, vars(validity)):
        return False
    # Of steps, two that are open may not share a place; one that was ended may have lost its own.
    if _others(item).filter(position=item.position).exists():
        item.position = _last(siblings(item)) + 1
    item.save()
    Act(by, item.federation, action, now).did_to_figures(item, reason=item.code)
    return True


def _others(item: ListItem) -> QuerySet[Any]:
    return siblings(item).exclude(pk=item.pk)


def _code_item_problems(item: CodeItem) -> Problems:
    if item.kind not in CodeKind.values:
        return {"kind": [_("Listan ”%s” finns inte.") % item.kind[:40]]}
    return {"common": policies.common_problems(item.kind, item.common)}


def _reason_columns(facts: ReasonFacts) -> dict[str, Any]:
    return {name: value for name, value in vars(facts).items() if name != "label"}


def _last(rows: QuerySet[Any]) -> int:
    return rows.aggregate(last=Max("position"))["last"] or 0
