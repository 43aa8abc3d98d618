"""What has happened to a lägesrapport, in sentences, latest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reports.models import Sending, StatusReport


@dataclass(frozen=True)
class Happened:
    """When, and what."""

    at: datetime
    sentence: str


def history_of(report: StatusReport) -> list[Happened]:
    """Asked for, written, sent, answered."""
    sendings = report.sendings.select_related("sent_by", "answered_by", "reopened_by").defer("content")
    told = [*_asked(report), *(one for sending in sendings for one in _sent(sending)), *_last(report)]
    return sorted(told, key=lambda one: one.at, reverse=True)


def _asked(report: StatusReport) -> Iterator[Happened]:
    yield Happened(report.asked_at, _("Rapporten begärdes. Den ska vara hos kansliet senast %s.") % report.due_on)


def _last(report: StatusReport) -> Iterator[Happened]:
    """The last time that somebody wrote, while it is being written; and that it was called off."""
    if report.written_at and report.waits_for_lead:
        yield Happened(report.written_at, _("%s skrev i utkastet.") % report.written_by)
    if report.called_off_at:
        yield Happened(report.called_off_at, _("%s sade att rapporten inte behövs.") % report.called_off_by)


def _sent(sending: Sending) -> Iterator[Happened]:
    yield Happened(sending.sent_at, _("%s skickade rapporten. Siffrorna räknades då.") % sending.sent_by)
    if sending.answered_at:
        told = {"name": sending.answered_by, "comment": sending.comment}
        if sending.answer == Sending.Answer.RETURNED:
            yield Happened(sending.answered_at, _("%(name)s lämnade tillbaka rapporten: ”%(comment)s”") % told)
        elif sending.comment:
            yield Happened(sending.answered_at, _("%(name)s godkände rapporten: ”%(comment)s”") % told)
        else:
            yield Happened(sending.answered_at, _("%(name)s godkände rapporten.") % told)
    if sending.reopened_at:
        told = {"name": sending.reopened_by, "reason": sending.reopened_why}
        yield Happened(sending.reopened_at, _("%(name)s öppnade rapporten igen: ”%(reason)s”") % told)
