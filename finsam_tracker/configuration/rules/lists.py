"""The lists: groups, reasons, steps, and the plain ones that are mapped to the common lists."""

from collections.abc import Iterator
from datetime import date

from finsam_tracker.configuration.entries import CODE_LISTS, DatedEntry, FederationFile, ItemEntry
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.rules.references import must_exist, names_in
from finsam_tracker.configuration.words import did_you_mean, listed, quoted
from finsam_tracker.core.models import Federation
from initiatives.common_lists import COMMON_LISTS, NO_SUPPORT
from initiatives.models import CodeKind
from initiatives.policies import MUST_HAVE_COMMON

FEWEST_STEPS = 2


def groups_exist(file: FederationFile, faults: Faults) -> None:
    known = names_in(file.outcome_groups or (), "code") if file.is_sound("outcome_groups") else None
    for reason in file.exit_reasons if file.is_sound("exit_reasons") else ():
        if known is not None and reason.is_sound("group"):
            must_exist(reason.group, known, "outcome_groups", (*reason.at, "group"), faults)


def _dated(file: FederationFile) -> Iterator[DatedEntry]:
    for table in ("exit_reasons", "steps", *CODE_LISTS.values()):
        if file.is_sound(table):
            yield from getattr(file, table)


def validity_is_in_order(file: FederationFile, faults: Faults) -> None:
    for entry in _dated(file):
        if not entry.is_sound("valid_from", "valid_to"):
            continue
        if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
            faults.add(
                (*entry.at, "valid_to"),
                f"valid_to {entry.valid_to} ligger före valid_from {entry.valid_from}. Ändra den ena.",
            )


def _items(file: FederationFile) -> Iterator[tuple[CodeKind, ItemEntry]]:
    for kind, table in CODE_LISTS.items():
        if file.is_sound(table):
            yield from ((kind, item) for item in file.items(kind))


def common_codes_exist(file: FederationFile, faults: Faults) -> None:
    """An item counts as a common one: the one it names, or the one that has its own code."""
    for kind, item in _items(file):
        if not item.is_sound("code", "common"):
            continue
        known = [common.code for common in COMMON_LISTS[kind]]
        common = item.common_in(kind)
        if common and not known:
            faults.add((*item.at, "common"), "Listan har ingen gemensam motsvarighet. Ta bort raden common.")
        elif common and common not in known:
            guess = did_you_mean(common, known)
            faults.add((*item.at, "common"), f"common: {quoted(common)} finns inte. {guess}Välj bland {listed(known)}.")
        elif not common and kind in MUST_HAVE_COMMON:
            faults.add(
                (*item.at, "common"),
                f"”{item.code}” saknar common. Skriv vilket av de gemensamma det räknas som: {listed(known)}.",
            )


def labels_are_told_apart(file: FederationFile, faults: Faults) -> None:
    """Two items with one label on one day could not be told apart, neither by a person nor by an import."""
    for table in ("exit_reasons", "steps", *CODE_LISTS.values()):
        if not file.is_sound(table):
            continue
        entries = [e for e in getattr(file, table) if e.is_sound("label", "valid_from", "valid_to")]
        for n, entry in enumerate(entries):
            if any(_cannot_be_told_from(entry, other) for other in entries[:n]):
                faults.add(
                    (*entry.at, "label"),
                    f"{quoted(entry.label)} finns redan längre upp i [[{table}]], för samma tid. Ändra den ena, eller "
                    "avsluta den gamla med valid_to.",
                )


def _cannot_be_told_from(entry: DatedEntry, other: DatedEntry) -> bool:
    first = max(entry.valid_from or date.min, other.valid_from or date.min)
    last = min(entry.valid_to or date.max, other.valid_to or date.max)
    return entry.label.casefold() == other.label.casefold() and first <= last


def none_is_one_code(file: FederationFile, faults: Faults) -> None:
    """The code of no support stands alone in a registration, and the database knows it by its letters."""
    if not file.is_sound("support"):
        return
    for item in file.support:
        means_none = item.is_sound("code", "common") and item.common_in(CodeKind.SUPPORT) == NO_SUPPORT
        if item.is_sound("code", "common") and means_none != (NO_SUPPORT in item.code):
            faults.add(
                (*item.at, "code"),
                f"Bara ingen försörjning har ”{NO_SUPPORT}” i koden, och den heter så. "
                f'Skriv code = "{NO_SUPPORT}" för den, och en annan kod för de andra.',
            )
    if file.support and NO_SUPPORT not in names_in(file.support, "code"):
        faults.add(("support",), f'Listan saknar ingen offentlig försörjning. Lägg till den med code = "{NO_SUPPORT}".')


def ladder_fits_the_rule(file: FederationFile, faults: Faults) -> None:
    """Somebody must be able to take a positive step, whichever way the federation counts them."""
    if not file.is_sound("steps", "exit_reasons", "positive_step"):
        return
    at = ("positive_step",)
    current = [step for step in file.steps if step.valid_to is None]
    if len(current) == 1:
        faults.add(file.steps[0].at, f"Stegmodellen har ett enda steg. Skriv minst {FEWEST_STEPS}, det lägsta först.")
    if file.positive_step == Federation.PositiveStep.STEPS and not current:
        faults.add(at, 'positive_step = "steps" kräver en stegmodell. Lägg till [[steps]], eller välj "reason".')
    has_positive = any(r.counts_as_positive_step for r in file.exit_reasons)
    if file.positive_step == Federation.PositiveStep.REASON and not has_positive:
        faults.add(at, 'positive_step = "reason" kräver att någon avslutsorsak har counts_as_positive_step = true.')
