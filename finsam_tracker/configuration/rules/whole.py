"""What every file has."""

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.rules.references import names_in

NEEDED = {
    "parties": "Skriv förbundets medlemmar.",
    "municipalities": "Skriv de kommuner som deltagarna kommer från.",
}


def nothing_is_missing(file: FederationFile, faults: Faults) -> None:
    for table, remedy in NEEDED.items():
        if file.is_sound(table) and not getattr(file, table):
            faults.add((table,), f"Filen saknar [[{table}]]. {remedy}")
    if file.is_sound("outcome_groups", "initiatives") and _has_exits(file) and not file.outcome_groups:
        faults.add(("outcome_groups",), "Filen saknar [[outcome_groups]]. Skriv minst en utfallsgrupp.")
    if file.is_sound("exit_reasons", "initiatives") and file.with_participants() and not file.exit_reasons:
        faults.add(
            ("exit_reasons",), "Filen saknar [[exit_reasons]]. Skriv orsakerna som ett deltagande kan avslutas av."
        )


def _has_exits(file: FederationFile) -> bool:
    """Whether anybody will be enrolled. Where the initiatives are yet to come, as if."""
    return bool(file.with_participants()) or not file.initiatives


def reasons_are_used(file: FederationFile, faults: Faults) -> None:
    """Only a warning: a reason may wait for its initiative."""
    if not file.is_sound("exit_reasons", "initiatives"):
        return
    used = {code for i in file.initiatives if i.is_sound("exit_reasons") for code in i.exit_reasons}
    for reason in file.exit_reasons:
        if reason.is_sound("code") and reason.code not in used and reason.valid_to is None:
            faults.warn(
                reason.at,
                f"Ingen insats använder avslutsorsaken ”{reason.code}”. Lägg till den i en insats exit_reasons om den "
                "ska gå att välja.",
            )
    used_groups = names_in(file.exit_reasons, "group")
    for group in file.outcome_groups if file.is_sound("outcome_groups") else ():
        if group.is_sound("code") and group.code not in used_groups:
            faults.warn(
                group.at,
                f"Ingen avslutsorsak hör till utfallsgruppen ”{group.code}”. Dess rad i tabellerna blir alltid noll.",
            )
