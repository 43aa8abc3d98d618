"""Initiatives: what they refer to, and what each orientation has."""

from finsam_tracker.configuration.entries import ALL_PARTIES, FederationFile, InitiativeEntry
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.rules.references import must_exist, names_in


def _initiatives(file: FederationFile, *names: str) -> list[InitiativeEntry]:
    """Those of which these keys could be read."""
    return [i for i in file.initiatives if i.is_sound(*names)] if file.is_sound("initiatives") else []


def initiatives_name_what_exists(file: FederationFile, faults: Faults) -> None:
    if file.is_sound("parties"):
        parties = names_in(file.parties, "name")
        for initiative in _initiatives(file, "owner"):
            if initiative.owner is not None:
                must_exist(initiative.owner, parties, "parties", (*initiative.at, "owner"), faults)
        for initiative in _initiatives(file, "parties"):
            for n, name in enumerate(initiative.parties):
                if name != ALL_PARTIES:
                    must_exist(name, parties, "parties", (*initiative.at, "parties", n), faults)
    if file.is_sound("exit_reasons"):
        reasons = names_in(file.exit_reasons, "code")
        for initiative in _initiatives(file, "exit_reasons"):
            for n, code in enumerate(initiative.exit_reasons):
                must_exist(code, reasons, "exit_reasons", (*initiative.at, "exit_reasons", n), faults)


def initiatives_are_whole(file: FederationFile, faults: Faults) -> None:
    for initiative in _initiatives(file, "orientation"):
        check = _check_individual if initiative.has_participants else _check_structural
        check(file, initiative, faults)


def _check_individual(file: FederationFile, initiative: InitiativeEntry, faults: Faults) -> None:
    if initiative.is_sound("exit_reasons") and not initiative.exit_reasons:
        faults.warn(
            initiative.at,
            "Insatsen har inga exit_reasons, så ingen kan avslutas i den. Skriv koderna för dem den använder.",
        )
    if initiative.uses_assignments and file.is_sound("assignments") and not file.assignments:
        faults.add(
            (*initiative.at, "uses_assignments"),
            "Insatsen registrerar uppdrag, men filen saknar [[assignments]]. Lägg till dem, eller skriv false.",
        )


ONLY_WITH_PARTICIPANTS = ("exit_reasons", "follow_up_months", "uses_assignments")


def _check_structural(_file: FederationFile, initiative: InitiativeEntry, faults: Faults) -> None:
    for name in ONLY_WITH_PARTICIPANTS:
        if initiative.is_sound(name) and getattr(initiative, name):
            faults.add((*initiative.at, name), f"En strukturövergripande insats har inga deltagare. Ta bort {name}.")


def periods_are_in_order(file: FederationFile, faults: Faults) -> None:
    for initiative in _initiatives(file, "start_on", "end_on"):
        if initiative.end_on and initiative.end_on < initiative.start_on:
            faults.add(
                (*initiative.at, "end_on"),
                f"end_on {initiative.end_on} ligger före start_on {initiative.start_on}. Ändra den ena.",
            )
    for initiative in _initiatives(file, "age_from", "age_to"):
        low, high = initiative.age_from, initiative.age_to
        if low is not None and high is not None and high < low:
            faults.add((*initiative.at, "age_to"), f"age_to {high} är lägre än age_from {low}. Byt plats på dem.")


def years_lie_in_the_period(file: FederationFile, faults: Faults) -> None:
    for initiative in _initiatives(file, "start_on", "end_on", "years"):
        first = initiative.start_on.year
        last = initiative.end_on.year if initiative.end_on else None
        for entry in initiative.years:
            if entry.is_sound("year") and (entry.year < first or (last is not None and entry.year > last)):
                faults.warn(
                    (*entry.at, "year"),
                    f"Insatsen pågår inte {entry.year}. Ta bort året, eller ändra start_on eller end_on.",
                )
