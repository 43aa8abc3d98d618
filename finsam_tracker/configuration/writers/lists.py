"""A federation's own lists, their order, and the classes of numbers."""

from typing import Any

from django.core.exceptions import ValidationError

from finsam_tracker.configuration.changes import Change
from finsam_tracker.configuration.entries import CODE_LISTS
from finsam_tracker.configuration.items import ORDERED
from finsam_tracker.configuration.writers.writing import Writing
from finsam_tracker.core.services.acting import Act
from finsam_tracker.core.services.ordering import set_table_order
from initiatives.common_lists import adopt_common_lists
from initiatives.facts import BandFacts, ItemFacts, ReasonFacts, Validity
from initiatives.models import CodeItem, ListItem
from initiatives.services import bands
from initiatives.services import lists as services

KINDS = {table: kind for kind, table in CODE_LISTS.items()}


def write_group(writing: Writing, change: Change) -> None:
    (code,) = change.wanted.key
    if change.current is None:
        services.add_group(**writing.actor, federation=writing.federation, code=code, **change.values)
        return
    if change.values["common"] != change.current.values["common"]:
        raise ValidationError(
            {
                "common": "En utfallsgrupps betydelse kan inte ändras, för gamla avslut räknas efter den. "
                "Lägg till en ny grupp och nya avslutsorsaker i den, och avsluta de gamla orsakerna med valid_to."
            }
        )
    group = writing.federation.outcome_groups.get(code=code)
    services.change_group(**writing.actor, group=group, label=change.values["label"])


def write_reason(writing: Writing, change: Change) -> None:
    (code,) = change.wanted.key
    told = {name: value for name, value in change.values.items() if name not in vars(Validity())}
    facts = ReasonFacts(**{**told, "group": writing.federation.outcome_groups.get(code=told["group"])})
    if change.current is None:
        services.add_reason(
            **writing.actor, federation=writing.federation, code=code, facts=facts, validity=_validity(change)
        )
    else:
        reason = writing.federation.exit_reasons.get(code=code)
        services.change_reason(**writing.actor, reason=reason, facts=facts)
        _write_validity(writing, change, reason)


def write_step(writing: Writing, change: Change) -> None:
    (code,) = change.wanted.key
    facts = ItemFacts(change.values["label"])
    if change.current is None:
        services.add_step(
            **writing.actor, federation=writing.federation, code=code, facts=facts, validity=_validity(change)
        )
    else:
        step = writing.federation.steps.get(code=code)
        services.change_step(**writing.actor, step=step, facts=facts)
        _write_validity(writing, change, step)


def write_list_item(writing: Writing, change: Change) -> None:
    kind, code = change.wanted.key
    facts = ItemFacts(change.values["label"], change.values["common"])
    if change.current is None:
        validity = _validity(change)
        services.add_item(
            **writing.actor, federation=writing.federation, kind=kind, code=code, facts=facts, validity=validity
        )
    else:
        item = CodeItem.objects.get(federation=writing.federation, kind=kind, code=code)
        services.change_item(**writing.actor, item=item, facts=facts)
        _write_validity(writing, change, item)


def _validity(change: Change) -> Validity:
    return Validity(change.values["valid_from"], change.values["valid_to"])


def _write_validity(writing: Writing, change: Change, item: ListItem) -> None:
    """An end is an act of its own, with its own name in the log."""
    wanted = _validity(change)
    if wanted.valid_from == item.valid_from and wanted.valid_to is not None and item.valid_to is None:
        services.end_item(**writing.actor, item=item, last_day=wanted.valid_to)
    else:
        services.set_validity(**writing.actor, item=item, validity=wanted)


def write_order(writing: Writing, change: Change) -> None:
    table, *year = change.wanted.key
    places = {code: place for place, code in enumerate(change.values["codes"])}
    rows = sorted(_rows(writing, table, *year), key=lambda row: places[getattr(row, ORDERED.get(table, "code"))])
    if table in ("municipalities", "outcome_groups", "initiatives", "goals"):
        set_table_order(**writing.actor, federation=writing.federation, order=rows)
    else:
        services.set_order(**writing.actor, order=rows)


def _rows(writing: Writing, table: str, year: int | None = None) -> list[Any]:
    if table in KINDS:
        return list(CodeItem.objects.filter(federation=writing.federation, kind=KINDS[table]))
    rows = getattr(writing.federation, table)
    return list(rows.filter(year=year) if year else rows.all())


def write_bands(writing: Writing, change: Change) -> None:
    (kind,) = change.wanted.key
    classes = [BandFacts(*band) for band in change.values["classes"]]
    bands.set_bands(**writing.actor, federation=writing.federation, kind=kind, bands=classes)


def adopt_common(writing: Writing, _change: Change) -> None:
    adopt_common_lists(writing.federation)
    Act(federation=writing.federation, action="adopt_common_lists", **writing.actor).did_to_figures(writing.federation)
