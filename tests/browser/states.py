"""Every page of the first pages, in every state worth looking at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from finsam_tracker.core.models import JobRun
from initiatives.models import Initiative, InitiativeStaff
from participants.codes import FollowUpOutcome, Gender, new_code
from participants.facts import FollowUpAnswer
from participants.models import FollowUp
from participants.services.correction import void
from participants.services.enrolment import assess_step
from participants.services.followup import answer
from tests.factories import World, noon


@dataclass(frozen=True)
class State:
    """Who opens what, after which preparation, and what they then do."""

    who: str
    prepare: Callable[[World], str]
    act: Callable[[Page], object] = lambda _page: None


def at(route: str, initiative: Initiative, *more: str) -> str:
    return reverse(route, args=[initiative.federation.slug, initiative.slug, *more])


def submit(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


def search_for(text: str) -> Callable[[Page], None]:
    def search(page: Page) -> None:
        page.get_by_label("Sök på kod").fill(text)
        page.get_by_role("button", name="Sök").click()

    return search


def some(world: World, number: int) -> None:
    """Rows to look at, half of them ended: copies of one, since an act for each would refresh all tables each time."""
    plain = world.north.end(world.north.enrol(), reason="rehab")
    for n in range(number):
        plain.pk, plain.code, plain.start_on = None, new_code(), date(2024, 1, 1) + timedelta(days=n)
        plain.gender, plain.birth_year = Gender.values[n % 3], None if n % 7 == 0 else 1960 + n % 40
        plain.municipality = None if n % 5 == 0 else world.north.municipalities[n % 3]
        if n % 2:
            plain.exit_on = plain.exit_reason = None
        else:
            plain.exit_on, plain.exit_reason = date(2025, 9, 30), world.north.reasons["rehab"]
        plain.save()


def empty_list(world: World) -> str:
    return at("participations", world.north.first)


def short_list(world: World) -> str:
    some(world, 8)
    return at("participations", world.north.first) + "?visa=alla"


def long_list(world: World) -> str:
    some(world, 130)
    return at("participations", world.north.first) + "?visa=alla&sida=2&ordning=kommun"


def list_without_hits(world: World) -> str:
    world.north.enrol()
    return at("participations", world.north.first) + "?visa=avslutade"


def strange_list(world: World) -> str:
    world.north.enrol()
    return at("participations", world.north.first) + "?visa=x&ordning=y"


def enrol(world: World) -> str:
    return at("enrol", world.north.first)


def ongoing(world: World) -> str:
    return at("participation", world.north.first, world.north.enrol().code)


def exit_form(world: World) -> str:
    return at("exit", world.north.first, world.north.enrol().code)


def ended(world: World) -> str:
    north = world.north
    made = north.enrol(
        education="incomplete-upper-secondary",
        referrer="municipal-support",
        assignment="mapping",
        support_before=frozenset({"municipal-support", "sickness-benefit", "activity-support"}),
        support_months=134,
    )
    for day, step in ((date(2025, 3, 20), 0), (date(2025, 8, 20), 2)):
        assess_step(by=north.lead, participation=made, step=north.steps[step], on=day, now=noon(date(2025, 12, 1)))
    north.end(made, reason="work", work_after="50", studies_after="none", support_after=frozenset({"sickness-benefit"}))
    facts = FollowUpAnswer(
        outcome=FollowUpOutcome.REACHED, done_on=date(2026, 4, 2), work_after="75", support_after=frozenset({"other"})
    )
    answer(by=north.lead, follow_up=FollowUp.objects.get(), facts=facts, now=noon(date(2026, 4, 3)))
    return at("participation", north.first, made.code)


def overdue(world: World) -> str:
    return at("participation", world.north.first, world.north.end(world.north.enrol()).code)


def wrong(world: World) -> str:
    made = world.north.enrol()
    void(by=world.north.lead, participation=made, reason="fel person", now=timezone.now())
    return at("participation", world.north.first, made.code)


def several_places(world: World) -> str:
    membership = world.north.coordinator.memberships.get()
    InitiativeStaff.objects.create(membership=membership, initiative=world.north.second)
    return "/"


def statistics(world: World) -> str:
    some(world, 20)
    return reverse("statistics", args=[world.north.federation.slug]) + "?period=2025"


def statistics_of_initiative(world: World) -> str:
    some(world, 20)
    return at("initiative_statistics", world.north.first) + "?period=2025"


def jobs(world: World) -> str:
    now, federation = timezone.now(), world.north.federation
    JobRun.objects.create(task="reports.tasks.refresh_federation", started_at=now, federation=federation)
    JobRun.objects.create(
        task="reports.tasks.nightly",
        started_at=now - timedelta(hours=6),
        ended_at=now - timedelta(hours=5),
        outcome=JobRun.Outcome.FAILED,
        error="OperationalError: server closed the connection unexpectedly",
    )
    return "/drift/"


def plain(path: str) -> Callable[[World], str]:
    return lambda _world: path


STATES: dict[str, State] = {
    "login": State("nobody", plain("/logga-in/")),
    "login-errors": State("nobody", plain("/logga-in/"), submit),
    "roles": State("nobody", plain("/vem-far-gora-vad/")),
    "start-outsider": State("outsider", plain("/")),
    "start-reader": State("reader", plain("/")),
    "start-choice": State("coordinator", several_places),
    "operations-empty": State("operator", plain("/drift/")),
    "operations": State("operator", jobs),
    "statistics": State("office", statistics),
    "statistics-initiative": State("lead", statistics_of_initiative),
    "statistics-no-period": State("office", plain("/forbund/norra/statistik/?period=x")),
    "statistics-definition": State("office", plain("/forbund/norra/statistik/flows/sa-raknas/")),
    "403": State("coordinator", plain("/drift/")),
    "404": State("coordinator", plain("/finns-inte/")),
    "404-nobody": State("nobody", plain("/finns-inte/")),
    "list-empty": State("coordinator", empty_list),
    "list": State("lead", short_list),
    "list-long": State("coordinator", long_list),
    "list-no-hits": State("coordinator", list_without_hits),
    "list-strange": State("coordinator", strange_list),
    "list-search-error": State("coordinator", short_list, search_for("hej")),
    "enrol": State("coordinator", enrol),
    "enrol-errors": State("coordinator", enrol, submit),
    "participation": State("coordinator", ongoing),
    "participation-ended": State("coordinator", ended),
    "participation-overdue": State("coordinator", overdue),
    "participation-wrong": State("coordinator", wrong),
    "exit": State("coordinator", exit_form),
    "exit-errors": State("coordinator", exit_form, submit),
}
