"""Targets and assumptions within what is plausible."""

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.core.parameters import PARAMETERS
from initiatives.goal_measures import GOAL_MEASURES

WHOLE = 100
"""Percent."""


def targets_are_plausible(file: FederationFile, faults: Faults) -> None:
    for goal in file.goals if file.is_sound("goals") else ():
        if not goal.is_sound("measure", "target"):
            continue
        measure = GOAL_MEASURES[goal.measure]
        most = WHOLE if measure.key.endswith("_share") else None
        if goal.target < 0 or (most is not None and goal.target > most):
            limits = f"mellan 0 och {most}" if most is not None else "minst 0"
            faults.add(
                (*goal.at, "target"),
                f"target {goal.target} är inte rimligt. Skriv målet i {measure.unit}, {limits}.",
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
