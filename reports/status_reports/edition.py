"""A lägesrapport as an edition: what is frozen when it is sent, and what pages and documents are made of."""

from datetime import datetime

from django.utils.translation import gettext as _

from finsam_tracker import __version__
from finsam_tracker.core.period import Period
from reports.edition import INTERNAL, Edition, Imprint, Paragraph, Section
from reports.models import Sending, StatusReport
from reports.status_reports.boxes import BOXES
from reports.status_reports.figures import Figures, figures_of

NO_IMPRINT = Imprint("", "")
"""An internal report has no public address."""


def title_of(report: StatusReport) -> str:
    """What the report is called, without its period."""
    return _("Lägesrapport %s") % report.initiative.name


def draft_of(report: StatusReport, *, now: datetime) -> Edition:
    """The report as it would be sent now. Raises one of COMPUTE_ERRORS."""
    return laid_out(report, figures_of(report, now=now))


def laid_out(report: StatusReport, figures: Figures, *, number: int = 1, sent_at: datetime | None = None) -> Edition:
    """The lead's texts and then the figures."""
    period = Period.parse(report.period)
    return Edition(
        federation=report.initiative.federation.name,
        template="lagesrapport",
        title=title_of(report),
        period=period.key,
        period_label=period.label,
        number=number,
        kind=INTERNAL,
        known_at=figures.known_at.isoformat(),
        published_at=sent_at.isoformat() if sent_at else "",
        code="",
        sections=(*_written(report), *figures.sections),
        results=figures.results,
        definitions=figures.definitions,
        protection=(
            _(
                "Siffrorna är sanna och inte skyddade mot röjande. Rapporten är till för insatsen och kansliet. Det "
                "som ska lämnas ut tas ur förbundets publikationer."
            ),
        ),
        made_by=f"Finsam Tracker {__version__}",
    )


def _written(report: StatusReport) -> tuple[Section, ...]:
    return tuple(
        Section(str(box.title), tuple(Paragraph(line.strip()) for line in text.splitlines() if line.strip()))
        for box in BOXES
        if (text := getattr(report, box.key))
    )


def edition_of(sending: Sending) -> Edition:
    """The report as it was sent."""
    return Edition.from_json(sending.content)
