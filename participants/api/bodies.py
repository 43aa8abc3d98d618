"""The bodies that are taken in: which properties each has, by the lists of a federation."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _

from finsam_tracker.core.api_reading import (
    Given,
    Property,
    code_set,
    day,
    one_of,
    read_body,
    text,
    whole_number,
    yes_or_no,
)
from initiatives.lists import Lists
from initiatives.models import Initiative
from participants.codes import Asked, FollowUpOutcome, Gender, StudiesAfter, WorkAfter
from participants.facts import Enrolment, Exit
from participants.models.participation import OLDEST
from participants.policies import Problems

Properties = Mapping[str, Property]

START = tuple(f.name for f in fields(Enrolment))
EXIT = tuple(f.name for f in fields(Exit))
_CODED = (Gender, Asked, WorkAfter, StudiesAfter, FollowUpOutcome)


def enrolment_body(lists: Lists) -> dict[str, Property]:
    """What is known at the start."""
    municipalities = {m.code: m for m in lists.municipalities}
    months = _("Skriv antalet månader som ett heltal mellan 0 och %d.") % (12 * OLDEST)
    return {
        "gender": Property(one_of({g: g for g in Gender.values}, _("Välj kön ur listan.")), _("Välj kön.")),
        "start_on": Property(day, _("Skriv startdatumet som åååå-mm-dd, till exempel 2025-01-31.")),
        "birth_year": Property(whole_number(_("Skriv födelseåret med fyra siffror, till exempel 1985."))),
        "municipality": Property(one_of(municipalities, _("Välj en kommun som hör till förbundet."))),
        "education": Property(text),
        "referrer": Property(text),
        "assignment": Property(text),
        "support_before": Property(code_set),
        "support_months": Property(whole_number(months)),
        "asked_about_violence": Property(
            one_of({a: a for a in Asked.values}, _("Välj ja, nej eller inte än.")), may_be_null=False
        ),
    }


def exit_body(initiative: Initiative, lists: Lists) -> dict[str, Property]:
    """What is known at the exit."""
    used = lists.reasons_of_initiative.get(initiative.pk, set())
    reasons = {reason.code: reason for reason in lists.reasons if reason.pk in used}
    not_used = _("Insatsen använder inte den avslutsorsaken. Välj en ur listan.")
    return {
        "exit_on": Property(day, _("Skriv avslutsdatumet som åååå-mm-dd, till exempel 2025-01-31.")),
        "exit_reason": Property(one_of(reasons, not_used), _("Välj avslutsorsak.")),
        **_after_body(),
    }


def step_body(lists: Lists) -> dict[str, Property]:
    """Where on the ladder."""
    steps = {step.code: step for step in lists.steps}
    sentence = _("Välj ett steg ur förbundets stegmodell.")
    return {"step": Property(one_of(steps, sentence), sentence)}


def follow_up_body() -> dict[str, Property]:
    """What became of a follow-up."""
    outcomes = {o.value: o for o in FollowUpOutcome if o != FollowUpOutcome.PLANNED}
    return {
        "outcome": Property(
            one_of(outcomes, _("Välj ett utfall ur listan.")), _("Välj vad det blev av uppföljningen.")
        ),
        "done_on": Property(day, _("Skriv datumet som åååå-mm-dd, till exempel 2025-01-31.")),
        **_after_body(),
    }


def reason_body() -> dict[str, Property]:
    """Why something registered is changed. The services say what a reason must be."""
    return {"reason": Property(text), "not_a_name": Property(yes_or_no, may_be_null=False)}


def _after_body() -> dict[str, Property]:
    work, studies = ({c: c for c in codes.values} for codes in (WorkAfter, StudiesAfter))
    return {
        "work_after": Property(one_of(work, _("Välj hur mycket deltagaren arbetar ur listan."))),
        "studies_after": Property(one_of(studies, _("Välj hur mycket deltagaren studerar ur listan."))),
        "support_after": Property(code_set),
    }


def read_with_exit(data: Any, properties: Properties, ending: Properties, *, partly: bool = False) -> Given:
    """Read a body that may hold an ``exit`` of its own. Its faults are told as ``exit.exit_on``.

    The value of ``exit`` is a dict, or None where null was sent.
    """
    inside = data.get("exit") if isinstance(data, dict) else None
    given = read_body(data, {**properties, "exit": Property(lambda value: value)}, partly=partly)
    if inside is not None and "exit" not in given.problems:
        within = read_body(inside, ending, partly=partly)
        given.values["exit"] = within.values
        given.problems |= under_exit(within.problems)
    return given


def under_exit(problems: Problems) -> Problems:
    """The same faults, told of the ``exit`` that they are in."""
    return {f"exit.{name}" if name != "__all__" else "exit": told for name, told in problems.items()}
