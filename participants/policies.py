"""What may happen when: plain functions over values, shared by forms, API and import.

Each returns the problems it found, by field, as Swedish sentences that say what to do. No problem, no entry.
"""

from collections import defaultdict
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from initiatives.common_lists import NO_SUPPORT
from initiatives.lists import Lists
from initiatives.models import CodeKind, CommonGroup, ExitReason, Initiative, Step
from participants.codes import Asked, FollowUpOutcome, Gender, StudiesAfter, WorkAfter
from participants.facts import Enrolment, Exit, FollowUpAnswer
from participants.models import FollowUp, Participation
from participants.models.participation import OLDEST, YOUNGEST

Problems = dict[str, list[str]]


def refuse(problems: Problems) -> None:
    """Raise a ValidationError when there are problems."""
    if problems:
        raise ValidationError(dict(problems))


def enrolment_problems(initiative: Initiative, facts: Enrolment, lists: Lists, today: date) -> Problems:
    """Whether somebody can be enrolled so, today."""
    problems: Problems = defaultdict(list)
    if initiative.orientation != Initiative.Orientation.INDIVIDUAL:
        problems["__all__"].append(_("Insatsen har inga deltagare. Välj en individinriktad insats."))
    _check_start(initiative, facts.start_on, today, problems)
    if facts.gender not in Gender.values:
        problems["gender"].append(_("Välj kön ur listan."))
    if facts.asked_about_violence not in Asked.values:
        problems["asked_about_violence"].append(_("Välj ja, nej eller inte än."))
    if facts.birth_year is not None:
        _check_birth_year(facts.birth_year, facts.start_on, problems)
    if facts.municipality is not None and facts.municipality.federation_id != initiative.federation_id:
        problems["municipality"].append(_("Välj en kommun som hör till förbundet."))
    _check_code(facts.education, CodeKind.EDUCATION, "education", facts.start_on, lists, problems)
    _check_code(facts.referrer, CodeKind.REFERRER, "referrer", facts.start_on, lists, problems)
    _check_code(facts.assignment, CodeKind.ASSIGNMENT, "assignment", facts.start_on, lists, problems)
    if facts.assignment is not None and not initiative.uses_assignments:
        problems["assignment"].append(_("Insatsen registrerar inte uppdrag. Lämna uppdraget tomt."))
    _check_support(facts.support_before, "support_before", facts.start_on, lists, problems)
    if facts.support_months is not None and not 0 <= facts.support_months <= 12 * OLDEST:
        problems["support_months"].append(_("Skriv antalet månader som ett heltal mellan 0 och %d.") % (12 * OLDEST))
    return problems


def exit_problems(participation: Participation, facts: Exit, lists: Lists, today: date) -> Problems:
    """Whether the participation can have this exit, today."""
    last = participation.assessments.counted().last()
    return ending_problems(
        participation.initiative, participation.start_on, last.on if last else None, facts, lists, today
    )


def ending_problems(
    initiative: Initiative, start_on: date, last_assessed: date | None, facts: Exit, lists: Lists, today: date
) -> Problems:
    """Whether a participation with this start and last assessment can end so. Asks the database nothing."""
    problems: Problems = defaultdict(list)
    if facts.exit_on < start_on:
        problems["exit_on"].append(
            _("Avslutet %(exit)s ligger före starten %(start)s. Ändra avslutsdatumet.")
            % {"exit": facts.exit_on, "start": start_on}
        )
    if facts.exit_on > today:
        problems["exit_on"].append(_future(facts.exit_on))
    thinned_until = lists.federation.thinned_until
    if thinned_until and facts.exit_on <= thinned_until:
        problems["exit_on"].append(
            _("Registreringar från %s och tidigare är gallrade och siffrorna låsta. Kontrollera avslutsdatumet.")
            % thinned_until
        )
    if last_assessed and facts.exit_on < last_assessed:
        problems["exit_on"].append(
            _("En stegbedömning gjordes %(on)s, efter avslutet. Ändra avslutsdatumet eller rätta bedömningen.")
            % {"on": last_assessed}
        )
    _check_reason(initiative, facts.exit_reason, facts.exit_on, lists, problems)
    _check_after(facts, facts.exit_on, lists, problems)
    _check_reason_fits(facts, problems)
    return problems


def is_final(follow_up: FollowUp) -> bool:
    """Whether another answer is a correction. One who was not reached may be tried again without a reason."""
    return follow_up.outcome not in (FollowUpOutcome.PLANNED, FollowUpOutcome.NOT_REACHED)


def follow_up_problems(follow_up: FollowUp, facts: FollowUpAnswer, lists: Lists, today: date) -> Problems:
    """Whether the follow-up can have this answer, today."""
    problems: Problems = defaultdict(list)
    if facts.outcome not in FollowUpOutcome.values or facts.outcome == FollowUpOutcome.PLANNED:
        problems["outcome"].append(_("Välj vad det blev av uppföljningen."))
    if facts.done_on < follow_up.exit_on:
        problems["done_on"].append(
            _("Uppföljningen %(done)s ligger före avslutet %(exit)s. Ändra datumet.")
            % {"done": facts.done_on, "exit": follow_up.exit_on}
        )
    if facts.done_on > today:
        problems["done_on"].append(_future(facts.done_on))
    answered = (facts.work_after, facts.studies_after, facts.support_after) != (None, None, None)
    if answered and facts.outcome != FollowUpOutcome.REACHED:
        problems["outcome"].append(
            _("Arbete, studier och försörjning anges bara när deltagaren nåddes. Ta bort dem eller välj Nådd.")
        )
    _check_after(facts, facts.done_on, lists, problems)
    return problems


def assessment_problems(participation: Participation, step: Step, on: date, today: date) -> Problems:
    """Whether the participation can be assessed so, today."""
    problems: Problems = defaultdict(list)
    if step.federation_id != participation.federation_id:
        problems["step"].append(_("Välj ett steg ur förbundets stegmodell."))
    elif not step.holds_on(on):
        problems["step"].append(_("Steget ”%s” gällde inte den dagen. Välj ett annat.") % step.label)
    if on < participation.start_on:
        problems["on"].append(
            _("Bedömningen %(on)s ligger före starten %(start)s. Ändra datumet.")
            % {"on": on, "start": participation.start_on}
        )
    if participation.exit_on and on > participation.exit_on:
        problems["on"].append(
            _("Bedömningen %(on)s ligger efter avslutet %(exit)s. Ändra datumet.")
            % {"on": on, "exit": participation.exit_on}
        )
    if on > today:
        problems["on"].append(_future(on))
    return problems


def order_problems(participation: Participation) -> Problems:
    """Whether a corrected start still lies before what was assessed."""
    first = participation.assessments.counted().first()
    return starting_problems(participation.start_on, first.on if first else None)


def starting_problems(start_on: date, first_assessed: date | None) -> Problems:
    """Whether a start lies before the first assessment. Asks the database nothing."""
    if first_assessed and first_assessed < start_on:
        sentence = _("En stegbedömning gjordes %s, före den nya starten. Ändra startdatumet.")
        return {"start_on": [sentence % first_assessed]}
    return {}


def _check_start(initiative: Initiative, start_on: date, today: date, problems: Problems) -> None:
    if start_on > today:
        problems["start_on"].append(_future(start_on))
    if start_on < initiative.start_on:
        problems["start_on"].append(
            _("Insatsen började %(day)s. Skriv ett startdatum från och med den dagen.") % {"day": initiative.start_on}
        )
    if initiative.end_on and start_on > initiative.end_on:
        problems["start_on"].append(
            _("Insatsen slutade %(day)s. Skriv ett startdatum till och med den dagen.") % {"day": initiative.end_on}
        )


def _check_birth_year(birth_year: int, start_on: date, problems: Problems) -> None:
    first, last = start_on.year - OLDEST, start_on.year - YOUNGEST
    if not first <= birth_year <= last:
        problems["birth_year"].append(
            _("Skriv födelseåret med fyra siffror, mellan %(first)d och %(last)d.") % {"first": first, "last": last}
        )


def _check_code(code: str | None, kind: CodeKind, field: str, day: date, lists: Lists, problems: Problems) -> None:
    if code is not None and (sentence := lists.why_not(kind, code, day)):
        problems[field].append(sentence)


def _check_support(codes: frozenset[str] | None, field: str, day: date, lists: Lists, problems: Problems) -> None:
    for code in sorted(codes or ()):
        _check_code(code, CodeKind.SUPPORT, field, day, lists, problems)
    if codes and NO_SUPPORT in codes and len(codes) > 1:
        problems[field].append(_("Ingen offentlig försörjning kan inte väljas tillsammans med något annat. Välj om."))


def _check_after(facts: Exit | FollowUpAnswer, day: date, lists: Lists, problems: Problems) -> None:
    if facts.work_after is not None and facts.work_after not in WorkAfter.values:
        problems["work_after"].append(_("Välj hur mycket deltagaren arbetar ur listan."))
    if facts.studies_after is not None and facts.studies_after not in StudiesAfter.values:
        problems["studies_after"].append(_("Välj hur mycket deltagaren studerar ur listan."))
    _check_support(facts.support_after, "support_after", day, lists, problems)


def _check_reason(initiative: Initiative, reason: ExitReason, day: date, lists: Lists, problems: Problems) -> None:
    if reason.pk not in lists.reasons_of_initiative.get(initiative.pk, ()):
        problems["exit_reason"].append(_("Insatsen använder inte den avslutsorsaken. Välj en ur listan."))
    elif not reason.holds_on(day):
        problems["exit_reason"].append(_("Avslutsorsaken ”%s” gällde inte den dagen. Välj en annan.") % reason.label)


def _check_reason_fits(facts: Exit, problems: Problems) -> None:
    common = facts.exit_reason.group.common
    if common == CommonGroup.WORK and facts.work_after in (None, WorkAfter.NONE):
        problems["work_after"].append(
            _("Avslutsorsaken är arbete. Välj hur mycket deltagaren arbetar, eller att omfattningen saknas.")
        )
    if common == CommonGroup.STUDIES and facts.studies_after in (None, StudiesAfter.NONE):
        problems["studies_after"].append(
            _("Avslutsorsaken är studier. Välj hur mycket deltagaren studerar, eller att omfattningen saknas.")
        )


def _future(day: date) -> str:
    return _("%s har inte varit än. Skriv dagens datum eller ett tidigare.") % day
