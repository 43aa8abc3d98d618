"""Every job that the clock asks for: when it last ran and how it went, when it runs next, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery.schedules import crontab
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.celery import app
from finsam_tracker.core.models import JobRun

SLACK = timedelta(minutes=10)
"""How late a job may be before somebody need look: a queue, a restart."""


@dataclass(frozen=True)
class Told:
    """What a job does and what to do when it is red, a sentence each; ``parts`` is what it asks of each federation."""

    does: str | Promise
    when_red: str | Promise
    parts: str = ""


_WORKER = gettext_lazy("Se att en worker tar kön scheduled och att beat går, i behållarnas loggar.")
JOBS: Mapping[str, Told] = {
    "refresh-stale": Told(
        gettext_lazy("Räknar om tabeller där något har ändrats."),
        gettext_lazy("Se att en worker tar kön interactive och att beat går. Tabellerna visar sin ålder så länge."),
        "refresh_federation",
    ),
    "remind-weekly": Told(
        gettext_lazy("Skickar veckans påminnelser."),
        gettext_lazy("Pröva e-postservern i EMAIL_URL. Jobbet kan köras igen; ingen får samma påminnelse två gånger."),
    ),
    "resume-imports": Told(
        gettext_lazy("Tar upp inläsningar som har avbrutits."),
        gettext_lazy("Se att en worker tar kön bulk. Inget är halvt inläst; filen väntar eller skickas igen."),
    ),
    "expire-imports": Told(gettext_lazy("Glömmer filer som ingen har kommit tillbaka till."), _WORKER),
    "forget-answers": Told(gettext_lazy("Glömmer svar som har sparats åt upprepade anrop."), _WORKER),
    "thin-all": Told(
        gettext_lazy("Gallrar enligt varje förbunds regel."),
        gettext_lazy("Läs felet nedan. Inget är halvt gallrat; nästa natt prövas det igen."),
        "thin_federation",
    ),
    "status-reports": Told(
        gettext_lazy("Ber om lägesrapporter när en period är slut och påminner insatsledarna."),
        gettext_lazy("Läs felet nedan och pröva e-postservern i EMAIL_URL. Det som är gjort görs inte en gång till."),
    ),
    "tell-of-status-reports": Told(
        gettext_lazy("Talar om för kanslierna att en lägesrapport har kommit."),
        gettext_lazy("Pröva e-postservern i EMAIL_URL. Jobbet kan köras igen; ingen får samma brev två gånger."),
    ),
    "plan-runs": Told(gettext_lazy("Planerar utkast enligt förbundens scheman."), _WORKER),
    "resume-runs": Told(
        gettext_lazy("Tar upp schemalagda utkast som har avbrutits."),
        gettext_lazy("Se att en worker tar kön scheduled. Ett utkast är helt eller inte alls."),
        "scheduled_draft",
    ),
    "check-frozen": Told(
        gettext_lazy("Jämför allt publicerat med dess fingeravtryck."),
        gettext_lazy("Någon har skrivit i det publicerade. Spara databasen som den är, återläs en kopia, ta kontakt."),
    ),
    "end-cut-off-runs": Told(gettext_lazy("Skriver upp körningar som har avbrutits."), _WORKER),
    "deliver-finsam": Told(
        gettext_lazy("Skickar underlag till Uppföljning Finsam, och försöker igen efter ett fel."),
        gettext_lazy("Pröva adressen i FINSAM_DELIVERY_URL. Mottagaren bokför varje leverans en gång."),
        "deliver_finsam",
    ),
    "remind-finsam": Told(
        gettext_lazy("Påminner kanslierna om sista dagen för Uppföljning Finsam."),
        gettext_lazy("Pröva e-postservern i EMAIL_URL. Jobbet kan köras igen; ingen får samma påminnelse två gånger."),
    ),
    "forget-old": Told(gettext_lazy("Glömmer inloggningar, körningar och åtkomster som är för gamla."), _WORKER),
    "back-up": Told(
        gettext_lazy("Skriver en krypterad kopia av databasen och läser tillbaka den."),
        gettext_lazy("Se att mappen i FINSAM_BACKUP_DIR har plats och att nyckeln finns. Kör sedan manage.py backup."),
    ),
    "rebuild-all": Told(
        gettext_lazy("Räknar om alla tabeller och jämför med de sparade."),
        gettext_lazy("Läs felet nedan. Skiljer sig tabellerna är något fel i programmet: spara loggen och ta kontakt."),
        "rebuild_federation",
    ),
}


@dataclass(frozen=True)
class ScheduledJob:
    """A job as it stands now. ``limit`` is how long a run may take; ``trouble`` is empty where all is well."""

    key: str
    told: Told
    every: str
    last: JobRun | None
    took: timedelta | None
    limit: timedelta
    next_at: datetime
    trouble: str

    @property
    def is_red(self) -> bool:
        return bool(self.trouble)


def scheduled_jobs(now: datetime) -> list[ScheduledJob]:
    """All of them, in the order of the page that declares them."""
    return [_job(key, entry, now) for key, entry in app.conf.beat_schedule.items()]


def _job(key: str, entry: Mapping[str, Any], now: datetime) -> ScheduledJob:
    told, when = JOBS[key], entry["schedule"]
    name = entry["task"].rpartition(".")[2]
    last = JobRun.objects.filter(task=name, federation=None).order_by("-started_at", "-pk").first()
    limit = _limit(entry["task"])
    return ScheduledJob(
        key=key,
        told=told,
        every=_in_words(when),
        last=last,
        took=last.ended_at - last.started_at if last and last.ended_at else None,
        limit=limit,
        next_at=max(due_after(when, last.started_at), now) if last else due_after(when, now),
        trouble=_trouble(told, when, last, limit, now),
    )


def _limit(task: str) -> timedelta:
    """How long a run may take. A web process has not read every job's module yet."""
    app.loader.import_task_module(task.rpartition(".")[0])
    return timedelta(seconds=app.tasks[task].soft_time_limit or 0)


def due_after(when: float | crontab, moment: datetime) -> datetime:
    """When a job that began at a moment is due again."""
    if not isinstance(when, crontab):
        return moment + timedelta(seconds=when)
    begun, delta, _now = when.remaining_delta(timezone.localtime(moment))
    due: datetime = begun + delta
    return due


def _in_words(when: float | crontab) -> str:
    if not isinstance(when, crontab):
        every = timedelta(seconds=when)
        if every < timedelta(minutes=1):
            return _("var %(number)s:e sekund") % {"number": every.seconds}
        words = {1: _("varje minut"), 60: _("varje timme")}
        return words.get(every.seconds // 60) or _("var %(number)s:e minut") % {"number": every.seconds // 60}
    told: Any = when  # its types leave out what it was made of
    clock = f"{min(told.hour):02}.{min(told.minute):02}"
    is_daily = len(told.day_of_week) == 7  # noqa: PLR2004 - the days of a week
    return (_("varje dag %(clock)s") if is_daily else _("måndagar %(clock)s")) % {"clock": clock}


def _trouble(told: Told, when: float | crontab, last: JobRun | None, limit: timedelta, now: datetime) -> str:
    """A word for what is wrong. In a house where it has not been due since the first job ran, nothing is."""
    if last is None:
        first = JobRun.objects.order_by("started_at").first()
        is_late = first is not None and now > due_after(when, first.started_at) + limit + SLACK
        return _("har inte körts") if is_late else ""
    if last.outcome == JobRun.Outcome.FAILED:
        return _("misslyckades")
    if last.outcome == JobRun.Outcome.RUNNING and now > last.started_at + limit + SLACK:
        return _("avbröts")
    if now > due_after(when, last.started_at) + limit + SLACK:
        return _("är försenat")
    if told.parts and _latest_parts_failed(told.parts, last):
        return _("misslyckades för något förbund")
    return ""


def _latest_parts_failed(task: str, asked: JobRun) -> bool:
    """Whether a federation's latest run, of those that this one asked for or since, failed."""
    runs = JobRun.objects.filter(task=task, started_at__gte=asked.started_at - timedelta(days=1))
    latest = runs.order_by().values("federation").annotate(latest=Max("pk")).values("latest")
    return JobRun.objects.filter(pk__in=latest, outcome=JobRun.Outcome.FAILED).exists()
