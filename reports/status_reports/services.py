"""Every change to a lägesrapport: asked for, written, sent, answered."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.audit import record
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.services.acting import is_system, refuse
from initiatives.models import Initiative
from initiatives.staffing import require_staff
from reports.compute import COMPUTE_ERRORS
from reports.language import stored_language
from reports.models import Sending, StatusReport
from reports.status_reports.boxes import BOXES, LONGEST_COMMENT, empty_boxes, faults_of, mark_of, text_faults, texts_of
from reports.status_reports.edition import laid_out
from reports.status_reports.figures import Figures, figures_of
from reports.status_reports.periods import last_closed, usual_due_day

State, Answer = StatusReport.State, Sending.Answer


class WrittenMeanwhileError(Exception):
    """Somebody has written in the report since the person who saves saw it. Nothing was written."""


def without_report(federation: Federation, period: Period) -> list[Initiative]:
    """The initiatives with participants that ran in the period and have not been asked for a report about it."""
    rest = federation.initiatives.with_participants().exclude(status_reports__period=period.key)
    return [initiative for initiative in rest if initiative.runs_in(period)]


@transaction.atomic
def ask(*, by: User, federation: Federation, period: Period, due_on: date, now: datetime) -> list[StatusReport]:
    """Ask each initiative with participants that ran in the period for a report. Those that have one keep it."""
    if not (is_system(by) or by.may(Permission.ANSWER_STATUS_REPORTS, federation)):
        raise PermissionDenied
    Federation.objects.select_for_update(no_key=True).get(pk=federation.pk)
    made = [
        StatusReport.objects.create(initiative=initiative, period=period.key, due_on=due_on, asked_at=now)
        for initiative in without_report(federation, period)
    ]
    for report in made:
        record(by=by, action="ask_for_status_report", subject=report, federation=federation, now=now)
    return made


def ask_on_time(federation: Federation, *, now: datetime) -> list[StatusReport]:
    """Ask for the period that has just closed, until its reports are due. Safe to run every day.

    What nobody asked for in time is left to the office: no mail about a period long gone.
    """
    today = timezone.localdate(now)
    period = last_closed(federation, today)
    if period is None or usual_due_day(federation, period) < today:
        return []
    due_on = usual_due_day(federation, period)
    return ask(by=User.objects.system(), federation=federation, period=period, due_on=due_on, now=now)


@transaction.atomic
def write(*, by: User, report: StatusReport, texts: Mapping[str, str], seen: str, now: datetime) -> None:
    """Keep what the lead has written. ``seen`` is the mark of what they had before them; WrittenMeanwhileError."""
    held = _locked_for_lead(by, report)
    kept = {box.key: texts.get(box.key, "").strip().replace("\r\n", "\n") for box in BOXES}
    refuse(text_faults(kept))
    if held.state != State.NOT_BEGUN and kept == texts_of(held):
        return
    _require_with_lead(held)
    if seen != mark_of(held):
        raise WrittenMeanwhileError
    for key, text in kept.items():
        setattr(held, key, text)
    held.state = State.DRAFT if held.state == State.NOT_BEGUN else held.state
    held.written_at, held.written_by = now, by
    held.save()
    record(by=by, action="write_status_report", subject=held, federation=held.initiative.federation, now=now)


def send(*, by: User, report: StatusReport, seen: str, now: datetime) -> Sending:
    """Freeze the texts and the figures as they are now, and send them to the office. ValidationError says why not."""
    require_staff(by, report.initiative, Permission.WRITE_STATUS_REPORTS)
    try:
        with stored_language():
            figures = figures_of(report, now=now)
    except COMPUTE_ERRORS as error:
        raise ValidationError(str(error.args[0])) from error
    return _send(by, report, seen, figures, now)


@transaction.atomic
def _send(by: User, report: StatusReport, seen: str, figures: Figures, now: datetime) -> Sending:
    held = _locked_for_lead(by, report)
    if (done := held.sendings.last()) and _is_second_click(by, held, done, seen):
        return done
    _require_with_lead(held)
    if seen != mark_of(held):
        raise ValidationError(
            _("Någon har skrivit i rapporten sedan du öppnade sidan. Läs igenom den och skicka igen.")
        )
    if empty := empty_boxes(held):
        raise ValidationError(_("Rapporten är inte klar. Skriv under: %s.") % ", ".join(empty))
    refuse(text_faults(texts_of(held)))
    number = (held.sendings.aggregate(last=Max("number"))["last"] or 0) + 1
    with stored_language():
        content = laid_out(held, figures, number=number, sent_at=now).to_json()
    held.state = State.SENT
    held.save()
    sending = Sending.objects.create(report=held, number=number, sent_at=now, sent_by=by, content=content)
    record(by=by, action="send_status_report", subject=held, federation=held.initiative.federation, now=now)
    return sending


def _is_second_click(by: User, report: StatusReport, done: Sending, seen: str) -> bool:
    """Whether the person has just sent what they had before them."""
    before = {mark_of(report, state) for state in (State.DRAFT, State.RETURNED)}
    return report.state == State.SENT and done.sent_by == by and seen in before


@transaction.atomic
def answer(*, by: User, report: StatusReport, number: int, answer: str, comment: str, now: datetime) -> None:
    """Accept what was sent, or return it with a comment that says what is missing. ValidationError says why not.

    ``number`` is the sending that the person has read.
    """
    refuse(_problems_of_answer(answer, comment))
    held = _locked_for_office(by, report)
    sending = held.sendings.filter(answer=Answer.NONE).first()
    if sending is None:
        raise ValidationError(
            _("Rapporten väntar inte på svar. Läs historiken: någon har svarat, eller så är den inte skickad.")
        )
    if sending.number != number:
        raise ValidationError(_("Insatsen har skickat rapporten igen sedan du öppnade sidan. Läs den och svara sedan."))
    sending.answer, sending.comment = Answer(answer), comment.strip()
    sending.answered_at, sending.answered_by = now, by
    sending.save(update_fields=sorted(Sending.ANSWER))
    held.state = State.ACCEPTED if answer == Answer.ACCEPTED else State.RETURNED
    held.save()
    action = "accept_status_report" if answer == Answer.ACCEPTED else "return_status_report"
    record(by=by, action=action, subject=held, federation=held.initiative.federation, now=now)


@transaction.atomic
def reopen(*, by: User, report: StatusReport, reason: str, now: datetime) -> None:
    """Give an accepted report back to its initiative, saying why. What was accepted stays as it was sent."""
    refuse(_problems_of_reason(reason))
    held = _locked_for_office(by, report)
    sending = held.sendings.filter(answer=Answer.ACCEPTED, reopened_at=None).first()
    if sending is None:
        raise ValidationError(_("Rapporten är inte godkänd, så den kan inte öppnas igen. Läs historiken."))
    sending.reopened_at, sending.reopened_by, sending.reopened_why = now, by, reason.strip()
    sending.save(update_fields=sorted(Sending.REOPENING))
    held.state = State.RETURNED
    held.save()
    record(by=by, action="reopen_status_report", subject=held, federation=held.initiative.federation, now=now)


@transaction.atomic
def call_off(*, by: User, report: StatusReport, now: datetime) -> None:
    """Say that the report is not needed: nobody is reminded of it any more. What has been written stays."""
    held = _locked_for_office(by, report)
    if not held.waits_for_lead:
        raise ValidationError(_("Rapporten väntar inte på insatsen, så det finns inget att avstå från."))
    held.state, held.called_off_at, held.called_off_by = State.CALLED_OFF, now, by
    held.save()
    record(by=by, action="call_off_status_report", subject=held, federation=held.initiative.federation, now=now)


@transaction.atomic
def ask_again(*, by: User, report: StatusReport, due_on: date, now: datetime) -> None:
    """Ask for a report that was called off, as far as it had come."""
    held = _locked_for_office(by, report)
    if held.state != State.CALLED_OFF:
        raise ValidationError(_("Rapporten är redan begärd."))
    begun = State.RETURNED if held.sendings.exists() else State.DRAFT
    held.state = begun if held.written_at else State.NOT_BEGUN
    held.called_off_at = held.called_off_by = None
    held.due_on = due_on
    held.save()
    record(by=by, action="ask_for_status_report", subject=held, federation=held.initiative.federation, now=now)


def _problems_of_answer(answer: str, comment: str) -> dict[str, list[str]]:
    if answer not in (Answer.RETURNED, Answer.ACCEPTED):
        return {"answer": [_("Välj att godkänna rapporten eller att lämna tillbaka den.")]}
    if answer == Answer.RETURNED and not comment.strip():
        return {"comment": [_("Skriv vad som behöver ändras, så vet insatsen vad den ska göra.")]}
    return {"comment": faults_of(comment, LONGEST_COMMENT)}


def _problems_of_reason(reason: str) -> dict[str, list[str]]:
    if not reason.strip():
        return {"reason": [_("Skriv varför rapporten öppnas igen, så vet insatsen vad den ska göra.")]}
    return {"reason": faults_of(reason, LONGEST_COMMENT)}


def _locked_for_lead(by: User, report: StatusReport) -> StatusReport:
    require_staff(by, report.initiative, Permission.WRITE_STATUS_REPORTS)
    return _locked(report)


def _locked_for_office(by: User, report: StatusReport) -> StatusReport:
    if not by.may(Permission.ANSWER_STATUS_REPORTS, report.initiative.federation):
        raise PermissionDenied
    return _locked(report)


def _locked(report: StatusReport) -> StatusReport:
    """The report as it is now, locked until the transaction ends."""
    held = StatusReport.objects.select_for_update().get(pk=report.pk)
    held.initiative = report.initiative
    return held


def _require_with_lead(report: StatusReport) -> None:
    if report.state == State.CALLED_OFF:
        raise ValidationError(
            _("Kansliet behöver inte rapporten, så den kan inte ändras. Be kansliet begära den igen.")
        )
    if not report.waits_for_lead:
        raise ValidationError(_("Rapporten är skickad och kan inte ändras. Be kansliet lämna tillbaka den."))
