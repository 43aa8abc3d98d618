"""Goals that can be judged, and assumptions within what is plausible."""

from decimal import Decimal

from finsam_tracker.configuration.entries import FederationFile, GoalEntry
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.rules.references import must_exist, names_in
from finsam_tracker.core.parameters import PARAMETERS
from initiatives.goal_measures import GOAL_MEASURES
from initiatives.goals import target_problems


def goals_are_plausible(file: FederationFile, faults: Faults) -> None:
    for goal in file.goals if file.is_sound("goals") else ():
        if goal.is_sound("measure", "target"):
            for sentence in target_problems(Decimal(goal.target), GOAL_MEASURES[goal.measure]):
                faults.add((*goal.at, "target"), f"target {goal.target} är inte rimligt. {sentence}")
        if goal.initiative is not None and goal.is_sound("initiative", "measure") and file.is_sound("initiatives"):
            _check_initiative(goal, goal.initiative, file, faults)


def _check_initiative(goal: GoalEntry, slug: str, file: FederationFile, faults: Faults) -> None:
    at = (*goal.at, "initiative")
    must_exist(slug, names_in(file.initiatives, "slug"), "initiatives", at, faults)
    for initiative in file.initiatives:
        if initiative.slug != slug or not initiative.is_sound("orientation"):
            continue
        if initiative.has_participants == GOAL_MEASURES[goal.measure].counts_heads:
            wanted = "structural" if initiative.has_participants else "individual"
            faults.add(
                at,
                f"Måttet {goal.measure} gäller insatser med orientation {wanted}. Välj en sådan, eller ta bort raden.",
            )


def parameters_are_plausible(file: FederationFile, faults: Faults) -> None:
    for entry in file.parameters if file.is_sound("parameters") else ():
        if not entry.is_sound("key", "value"):
            continue
        spec = PARAMETERS[entry.key]
        if not spec.low <= entry.value <= spec.high:
            faults.add(
                (*entry.at, "value"),
                f"{entry.key}: {entry.value} är inte rimligt. Skriv ett värde mellan "
                f"{spec.low} och {spec.high} ({spec.unit}).",
            )
