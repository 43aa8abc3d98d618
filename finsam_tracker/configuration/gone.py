"""Codes that registrations use and the file no longer has: they are ended, not left out."""

from finsam_tracker.configuration.changes import Changes
from finsam_tracker.configuration.entries import CODE_LISTS
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.items import Item, Kind
from finsam_tracker.core.models import Federation
from initiatives.models import CodeItem, ListItem
from initiatives.usage import uses_of


def note_used_that_are_gone(changes: Changes, slug: str, faults: Faults) -> None:
    """Note what is in use, has not been ended, and is not in the file."""
    for item in changes.left:
        if item.kind not in (Kind.REASON, Kind.STEP, Kind.LIST_ITEM) or item.values["valid_to"] is not None:
            continue
        if uses_of(_row(Federation.objects.get(slug=slug), item)).ever:
            faults.add(
                (_table(item),),
                f"{item.kind} {item.title} (code ”{item.key[-1]}”) används av registreringar men finns inte i filen. "
                "Lägg tillbaka den, och avsluta den med valid_to om den inte ska kunna väljas längre.",
            )


def _table(item: Item) -> str:
    return {Kind.REASON: "exit_reasons", Kind.STEP: "steps"}.get(item.kind) or CODE_LISTS[item.key[0]]


def _row(federation: Federation, item: Item) -> ListItem:
    if item.kind == Kind.REASON:
        return federation.exit_reasons.get(code=item.key[0])
    if item.kind == Kind.STEP:
        return federation.steps.get(code=item.key[0])
    kind, code = item.key
    return CodeItem.objects.get(federation=federation, kind=kind, code=code)
