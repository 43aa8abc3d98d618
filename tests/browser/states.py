"""Every page of the first pages, in every state worth looking at."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from allauth.mfa.totp.internal import auth
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode
from PIL import Image
from playwright.sync_api import Page

from finsam_tracker.clients.scopes import Scope
from finsam_tracker.clients.services import key_of, revoke_key
from finsam_tracker.core.models import JobRun, Municipality, Parameter, Party, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Role
from finsam_tracker.core.profile import reminders_token
from finsam_tracker.core.records import AccessEvent
from initiatives.activities import Rating
from initiatives.facts import YearFacts
from initiatives.models import (
    Band,
    CodeItem,
    ExitReason,
    FollowUpRule,
    Initiative,
    InitiativeStaff,
    Invitation,
    OutcomeGroup,
    Step,
)
from initiatives.people.invitations import invite, token_of
from initiatives.services.initiatives import set_initiative_year
from participants.codes import FollowUpOutcome, Gender, new_code
from participants.facts import Enrolment, FollowUpAnswer
from participants.models import FollowUp, Participation
from participants.services import imports
from participants.services.advisory import count_contacts
from participants.services.correction import void
from participants.services.enrolment import assess_step
from participants.services.enrolment import enrol as enrol_service
from participants.services.followup import answer
from reports import thinning
from reports.finsam import deadlines, delivery, marks
from reports.finsam.export import canonical, export_of, payload_of, usual
from reports.models import FinsamDelivery, FinsamMark, Publication
from reports.publishing import schedules
from reports.publishing import services as publishing
from reports.publishing.arranging import arrange
from reports.publishing.house_style import set_house_style
from reports.status_reports import services as status_report_services
from tests import finished_documents, status_reports
from tests.factories import BEGINNING, PASSWORD, InitiativeFactory, World, make_activity, make_funding, make_goal, noon
from tests.machines import key_for
from tests.passkeys import Passkey
from tests.spreadsheets import good_line, xlsx


@dataclass(frozen=True)
class State:
    """Who opens what, after which preparation, and what they then do."""

    who: str
    prepare: Callable[[World], str]
    act: Callable[[Page], object] = lambda _page: None


def at(route: str, initiative: Initiative, *more: str) -> str:
    return reverse(route, args=[initiative.federation.slug, initiative.slug, *more])


def submit(page: Page) -> None:
    # Waits for the answer: a page looked at while the next one is on its way is neither.
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def search_for(text: str) -> Callable[[Page], None]:
    def search(page: Page) -> None:
        page.get_by_label("Sök på kod").fill(text)
        with page.expect_navigation():
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


def figures_to_follow(world: World) -> str:
    some(world, 20)
    return reverse("figure", args=[world.north.federation.slug, "flows"]) + "?period=2025"


def shares_to_follow(world: World) -> str:
    some(world, 20)
    return reverse("figure", args=[world.north.federation.slug, "facts"]) + "?period=2025"


def figures_of_initiative(world: World) -> str:
    some(world, 20)
    return at("initiative_figure", world.north.first, "flows") + "?period=2025"


def open_a_figure(page: Page) -> None:
    with page.expect_navigation():
        page.locator("button.figure").last.click()


def changes(world: World) -> str:
    world.north.end(world.north.enrol())
    return reverse("what_changed", args=[world.north.federation.slug]) + "?period=2025&fran=2025-11-01&till=2025-12-31"


def open_all_details(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()


def glance(world: World) -> str:
    """Exits in the last months, so that there is a chart."""
    some(world, 20)
    exits = Participation.objects.filter(exit_on__isnull=False)
    exits.update(exit_on=timezone.localdate() - timedelta(days=40), recorded_on=timezone.localdate())
    return reverse("glance", args=[world.north.federation.slug])


def glance_of_initiative(world: World) -> str:
    glance(world)
    return at("initiative_glance", world.north.first)


def quality_of_initiative(world: World) -> str:
    """Something of most kinds, and an early history to compare with."""
    north = world.north
    some(world, 20)
    Parameter.objects.create(
        federation=north.federation, key="silent_weeks", value=2, valid_from=BEGINNING, source="Styrelsen"
    )
    for year in (2022, 2023, 2024, 2025):
        for days in (3, 20, 60, 120):
            facts = Enrolment(gender=Gender.MAN, start_on=date(year, 3, 1), birth_year=1960 + days % 40)
            now = noon(date(year, 3, 1) + timedelta(days=days))
            enrol_service(by=north.lead, initiative=north.first, facts=facts, now=now)
    for _n in range(2):
        north.end(north.enrol(birth_year=2010), exit_on=date(2025, 3, 10))
    return at("initiative_quality", north.first) + "?period=2025-Q1"


def quality_of_federation(world: World) -> str:
    quality_of_initiative(world)
    world.north.enrol(world.north.second)
    return reverse("federation_quality", args=[world.north.federation.slug]) + "?period=2025"


def import_like_what_is_registered(world: World) -> str:
    north = world.north
    line = good_line(1, north.first)
    town = north.federation.municipalities.get(name=line[4])
    for _n in range(2):
        north.enrol(gender=Gender.MAN, birth_year=line[3], municipality=town, start_on=line[1])
    record = imports.receive(
        by=north.coordinator, initiative=north.first, file=xlsx([line, good_line(2, north.first)]), now=timezone.now()
    )
    return at("import", north.first, str(record.pk))


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


def contacts(month: str) -> Callable[[World], str]:
    """A month of advisory contacts; March has some."""

    def prepare(world: World) -> str:
        north, march = world.north, Period.month(2025, 3)
        counts = {("phone", "municipality"): 12, ("phone", "none"): 3, ("meeting", "af"): 1048, ("digital", "fk"): 7}
        count_contacts(by=north.lead, initiative=north.first, month=march, counts=counts, now=noon(date(2025, 4, 2)))
        return f"{at('advisory_contacts', north.first)}?manad={month}"

    return prepare


def type_strange_numbers(page: Page) -> None:
    page.get_by_role("textbox", name="Telefon Kommunen", exact=True).fill("tolv")
    page.get_by_role("textbox", name="Möte Ingen hänvisning", exact=True).fill("10001")
    submit(page)


def somebody_saves_first(page: Page) -> None:
    """As when a colleague saved meanwhile: the form was made over another state."""
    page.locator("[name=seen]").evaluate("element => { element.value = '1'; }")
    page.get_by_role("textbox", name="Telefon Kommunen", exact=True).fill("14")
    submit(page)


def reminders_link(world: World) -> str:
    return reverse("reminders_off", args=[reminders_token(world.north.coordinator)])


def my_initiative(world: World) -> str:
    """Something of every kind to do; more than fits of one."""
    some(world, 9)
    world.north.end(world.north.enrol())
    for _n in range(2):
        made = world.north.end(world.north.enrol())
        made.follow_ups.update(due_on=timezone.localdate())
    return at("my_initiative", world.north.first)


def narrowed_list(world: World) -> str:
    some(world, 8)
    return at("participations", world.north.first) + "?visa=alla&saknas=ja&uppdrag=%3F"


def narrowed_to_none(world: World) -> str:
    some(world, 8)
    return at("participations", world.north.first) + "?visa=alla&utan_steg=ja&uppfoljning=gjord"


def about_ongoing(route: str) -> Callable[[World], str]:
    return lambda world: at(route, world.north.first, world.north.enrol().code)


def about_ended(route: str, *more: str) -> Callable[[World], str]:
    return lambda world: at(route, world.north.first, world.north.end(world.north.enrol()).code, *more)


def assessed(world: World) -> str:
    made = world.north.enrol()
    step, on = world.north.steps[1], date(2025, 4, 1)
    assess_step(by=world.north.lead, participation=made, step=step, on=on, now=noon(date(2025, 12, 1)))
    return at("take_back_assessment", world.north.first, made.code, "2025-04-01")


def followed_up(route: str, outcome: FollowUpOutcome) -> Callable[[World], str]:
    def prepare(world: World) -> str:
        made = world.north.end(world.north.enrol())
        facts = FollowUpAnswer(outcome=outcome, done_on=date(2026, 4, 2))
        answer(by=world.north.lead, follow_up=made.follow_ups.get(), facts=facts, now=noon(date(2026, 4, 3)))
        return at(route, world.north.first, made.code, "6")

    return prepare


def long_history(world: World) -> str:
    where = ended(world)
    for day in range(1, 13):
        made = Participation.objects.get()
        on = date(2025, 5, day)
        assess_step(by=world.north.lead, participation=made, step=world.north.steps[1], on=on, now=timezone.now())
    return f"{where}historik/"


def history_of_wrong(world: World) -> str:
    return f"{wrong(world)}historik/"


def own_act(world: World) -> str:
    made = world.north.enrol()
    step, on = world.north.steps[1], date(2025, 4, 1)
    assess_step(by=world.north.coordinator, participation=made, step=step, on=on, now=timezone.now())
    return at("undo", world.north.first, made.code)


def somebody_elses_change(page: Page) -> None:
    """Between opening the form and saving it, a colleague assesses a step."""
    made = Participation.objects.select_related("initiative__federation").get()
    step = made.federation.steps.all()[1]
    by = made.initiative.staff.select_related("membership__user").order_by("-pk")[0].membership.user
    assess_step(by=by, participation=made, step=step, on=date(2025, 4, 1), now=timezone.now())
    page.get_by_label("Varför?").fill("fel val i listan")
    submit(page)


def reason_like_a_name(page: Page) -> None:
    page.get_by_label("Varför?").fill("Anna Andersson ringde")
    submit(page)


def choose(outcome: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_label(outcome, exact=True).check()
        page.wait_for_load_state("networkidle")

    return act


def choose_work(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.get_by_label("Avslutsorsak").select_option(label="Arbete")
    page.get_by_label("Arbete efter avslut").wait_for()


def old_exits(route: str) -> Callable[[World], str]:
    """A federation with a rule of two years, and something that it will thin."""

    def prepare(world: World) -> str:
        tenant = world.north
        for start in (date(2022, 2, 1), date(2022, 5, 1)):
            tenant.end(tenant.enrol(start_on=start), exit_on=date(2023, 5, 31))
        Parameter.objects.create(
            federation=tenant.federation, key="retention_years", value=2, valid_from=BEGINNING, source="Styrelsen"
        )
        plan = thinning.plan(tenant.federation, now=timezone.now())
        assert plan
        more = [plan.pk] if route == "stop_thinning" else []
        return reverse(route, args=[tenant.federation.slug, *more])

    return prepare


def year_of_activities(world: World) -> str:
    """Two initiatives: one with and one without ratings, the one with a count of all only."""
    north = world.north
    rating = Rating(mean=Decimal("4.05"), answers=39, scale=5)
    make_activity(north, women=39, men=13, days=Decimal("0.5"), audience="employers", rating=rating)
    make_activity(north, held_on=date(2025, 9, 12), kind="conference", women=1048, men=57, audience="mixed")
    other = InitiativeFactory.create(federation=north.federation, name="Gemensamma dagar", orientation="structural")
    make_activity(north, initiative=other, kind="common-day", women=0, others=114, days=Decimal(1))
    return f"/forbund/{north.federation.slug}/aktiviteter/?ar=2025"


def an_activity(route: str) -> Callable[[World], str]:
    return lambda world: reverse(route, args=["norra", make_activity(world.north).pk])


def register_twice(page: Page) -> None:
    for _n in range(2):
        page.goto("/forbund/norra/aktiviteter/ny/")
        page.get_by_label("Insats", exact=True).select_option(label="Mötesplatsen")
        page.get_by_label("Datum").fill("2025-03-10")
        page.get_by_label("Slag av aktivitet").select_option(label="Nätverksträff")
        page.get_by_label("Antal kvinnor").fill("12")
        submit(page)


def year_of_goals(world: World) -> str:
    north = world.north
    make_goal(north, 2098, text="Fler kvinnor", measure="women_share")
    make_goal(north, 2099, text="Minst 35 procent av de avslutade ska gå till arbete eller studier")
    make_goal(
        north, 2099, text="Minst 60 i Mötesplatsen", measure="structural_participants", initiative=north.structural
    )
    make_goal(north, 2099, text="Nöjda", measure="mean_rating", target=Decimal("4.5"))
    return "/forbund/norra/installningar/mal/?ar=2099"


def a_goal(year: int, page: str = "") -> Callable[[World], str]:
    def prepare(world: World) -> str:
        make_goal(world.north, year)
        return f"/forbund/norra/installningar/mal/{year}/fler-i-arbete/{page}"

    return prepare


def some_keys(route: str) -> Callable[[World], str]:
    """A key of the initiative that is in use, one of the federation, and one that is revoked."""

    def prepare(world: World) -> str:
        key, secret = key_for(world)
        key_of(secret, today=timezone.localdate())
        key_for(world, Scope.READ_TABLES, name="Tabellsystemet", scopes=[Scope.READ_TABLES, Scope.FINSAM_EXPORT])
        revoke_key(by=world.north.lead, key=key_for(world, name="Det gamla")[0], now=timezone.now())
        place = [world.north.federation.slug, *([world.north.first.slug] if route.startswith("initiative") else [])]
        return reverse(route, args=[*place, *([] if route.endswith("keys") else [key.prefix])])

    return prepare


def with_phone(world: World) -> str:
    auth.TOTP.activate(world.north.coordinator, auth.generate_totp_secret())
    return "/logga-in/"


def with_passkey(where: str) -> Callable[[World], str]:
    def prepare(world: World) -> str:
        credential = Passkey().made('{"publicKey": {"challenge": "AAAA"}}')
        WebAuthn.add(world.north.coordinator, "Säkerhetsnyckeln på nyckelknippan", credential)
        return where

    return prepare


def give_password(page: Page) -> None:
    """Logs in as the one with a second step, or proves the own password once more."""
    if page.get_by_label("E-postadress").count():
        page.get_by_label("E-postadress").fill(User.objects.exclude(authenticator=None).get().email)
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    submit(page)


def set_up_phone(page: Page) -> None:
    """All the way to the recovery codes."""
    give_password(page)
    secret = "".join(page.locator(".steps .code").inner_text().split())
    counter = int(time.time()) // 30
    page.get_by_label("Kod ur appen").fill(auth.format_hotp_value(auth.hotp_value(secret, counter)))
    submit(page)


def wrong_code(page: Page) -> None:
    give_password(page)
    page.get_by_label("Kod").fill("000000")
    submit(page)


def too_many(page: Page) -> None:
    for _try in range(6):
        page.get_by_label("E-postadress").fill("ingen@example.org")
        page.get_by_label("Lösenord").fill("fel")
        submit(page)


def link_to_new_password(world: World) -> str:
    user = world.north.coordinator
    number = urlsafe_base64_encode(str(user.pk).encode())
    return reverse("new_password", args=[number, default_token_generator.make_token(user)])


def invited(email: str, role: Role = Role.LEAD, days_ago: int = 0) -> Callable[[World], Invitation]:
    def prepare(world: World) -> Invitation:
        north, now = world.north, timezone.now() - timedelta(days=days_ago)
        place = [north.first, north.second] if role == Role.LEAD else []
        return invite(by=north.office, email=email, role=role, federation=north.federation, initiatives=place, now=now)

    return prepare


def settings(path: str) -> Callable[[World], str]:
    """A page of the settings, where a little of everything is set."""

    def prepare(world: World) -> str:
        north, office, year = world.north, world.north.office, timezone.localdate().year
        make_funding(north, year)
        Party.objects.create(federation=north.federation, name="Arbetsförmedlingen", kind=Party.Kind.EMPLOYMENT_SERVICE)
        facts = YearFacts(Decimal(1_250_000), Decimal(1_190_400), 60)
        set_initiative_year(by=office, initiative=north.first, year=year, facts=facts, now=timezone.now())
        Parameter.objects.create(
            federation=north.federation, key="tax_rate", value=Decimal("0.32"), valid_from="2099-01-01", source="Beslut"
        )
        return f"/forbund/norra/installningar/{path.format(year=year)}"

    return prepare


def many_people(world: World) -> str:
    with_phone(world)
    world.north.lead.memberships.update(ended_on=timezone.localdate() + timedelta(days=30))
    invited("ett.mycket.langt.namn.pa.en.kollega@arbetsmarknad.kommun.example")(world)
    invited("gammal@kommun.example", Role.READER, days_ago=9)(world)
    return "/forbund/norra/personer/"


def person_page(route: str) -> Callable[[World], str]:
    return lambda world: reverse(route, args=["norra", world.north.coordinator.memberships.get().pk])


def leaving(world: World) -> str:
    world.north.coordinator.memberships.update(ended_on=timezone.localdate() + timedelta(days=30))
    return person_page("end_person")(world)


def own_invitation(who: str) -> Callable[[World], str]:
    def prepare(world: World) -> str:
        email = world.outsider.email if who == "known" else "ny@kommun.example"
        return reverse("invitation", args=[token_of(invited(email)(world))])

    return prepare


def nothing_set(_world: World) -> str:
    """A federation that has just been made."""
    uses: list[Any] = [Initiative.exit_reasons.through, InitiativeStaff, FollowUpRule]
    kept: list[Any] = [Initiative, ExitReason, OutcomeGroup, Step, CodeItem, Band, Parameter, Municipality]
    for model in (*uses, *kept):
        model.objects.all().delete()
    return "/forbund/norra/installningar/"


def settings_of_municipality(world: World) -> str:
    return reverse("settings_municipality", args=["norra", world.north.municipalities[0].code])


def empty(path: str) -> Callable[[World], str]:
    return lambda world: f"{nothing_set(world)}{path}"


def used_reason(world: World) -> str:
    world.north.end(world.north.enrol(), reason="rehab")
    return "/forbund/norra/installningar/listor/avslutsorsaker/rehab/"


def count_otherwise(page: Page) -> None:
    page.get_by_label("Syftet med insatsen är uppnått").check()
    submit_form(page)


def submit_form(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.btn-primary").first.click()


def tell_of_new_initiative(page: Page) -> None:
    page.get_by_label("Namn", exact=True).fill("Nya vägar till arbete")
    page.get_by_label("Individinriktad").check()
    page.get_by_label("Startar").fill("2026-01-01")
    submit_form(page)


def fill_in(*typed: tuple[str, str]) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for label, text in typed:
            page.get_by_label(label).first.fill(text)
        submit_form(page)

    return act


def create_after_that(page: Page) -> None:
    tell_of_new_initiative(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Skapa insatsen").click()


def offices(world: World) -> str:
    invited("kansli@kommun.example", Role.OFFICE)(world)
    return "/drift/kanslier/"


def long_log(world: World) -> str:
    now = timezone.now()
    kept = {"user": world.north.coordinator, "federation": world.north.federation, "kind": "participation"}
    AccessEvent.objects.bulk_create(
        AccessEvent(day=now.date() - timedelta(days=n), first_at=now - timedelta(days=n), **kept) for n in range(240)
    )
    return "/forbund/norra/atkomstlogg/?sida=2"


def drafted(world: World) -> Publication:
    """A draft with something hidden in it."""
    some(world, 60)
    north, now = world.north, timezone.now()
    draft = publishing.new_draft(by=north.office, federation=north.federation, template="helar", period="2025", now=now)
    publishing.prepare_draft(draft.pk, now=now)
    draft.refresh_from_db()
    return draft


def draft(world: World) -> str:
    made = drafted(world)
    return reverse("draft", args=[made.federation.slug, made.pk])


def writing(world: World) -> str:
    made = drafted(world)
    return reverse("publication_texts", args=[made.federation.slug, made.pk])


def publication(world: World) -> str:
    made = drafted(world)
    publishing.publish(by=world.north.office, publication=made, kind="final", now=timezone.now())
    return reverse("publication", args=[made.federation.slug, made.pk])


def scheduled(world: World) -> str:
    """Two schedules; of one a draft has been made, another is being made."""
    north, now = world.north, timezone.now()
    some(world, 60)
    of: dict[str, Any] = {"by": north.office, "federation": north.federation, "is_on": True, "now": now}
    for template, rhythm in (("kvartal", "quarter"), ("helar", "year")):
        made = schedules.add_schedule(template=template, rhythm=rhythm, days=20, **of)
    made.runs.create(period="2024", asked_at=now, state="failed", attempts=5, started_at=now, ended_at=now)
    made.runs.create(period="2025", asked_at=now, attempts=1, started_at=now)
    return "/forbund/norra/publikationer/schema/"


def with_house_style(world: World) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (600, 150), "#8a1c4a").save(drawn, "PNG")
    drawn.seek(0)
    north = world.north
    told: dict[str, Any] = {"colour": "#8a1c4a", "logo_text": "Norra samordningsförbundet", "logo": drawn}
    set_house_style(by=north.office, federation=north.federation, now=timezone.now(), **told)


def styled(world: World) -> str:
    with_house_style(world)
    return "/forbund/norra/publikationer/utseende/"


def public(world: World) -> str:
    with_house_style(world)
    publication(world)
    Publication.objects.update(is_public=True)
    return reverse("published", args=[world.north.federation.publications.get().code])


def arranged(world: World) -> str:
    of: dict[str, Any] = {"by": world.north.office, "federation": world.north.federation, "now": timezone.now()}
    arrange(template="statistikbilaga", sections=["om-bilagan", "deltagare", "mal"], **of)
    return "/forbund/norra/publikationer/avsnitt/statistikbilaga/"


def checking(_world: World) -> str:
    return "/forbund/norra/publikationer/kontrollera-dokument/"


def document(*, is_faulty: bool) -> Callable[[Page], None]:
    """Sends a finished document in."""

    def act(page: Page) -> None:
        content = finished_documents.word(finished_documents.FAULTY) if is_faulty else b"%PDF-1.7 broken"
        page.get_by_label("Dokument").set_input_files({"name": "a.docx", "mimeType": "x/y", "buffer": content})
        submit_form(page)

    return act


def checked(world: World) -> str:
    publication(world)
    return reverse("check_publication", args=[world.north.federation.publications.get().code])


def status_report(route: str, *arguments: str) -> Callable[[World], str]:
    """A page of a lägesrapport that has been returned, and sent again for those who answer."""

    def prepare(world: World) -> str:
        north, report = world.north, status_reports.sent(world.north)
        answer_report = status_report_services.answer
        if "initiative" in route or "write" in route:
            back = {"answer": "returned", "comment": "Skriv mer om avvikelserna.\nVi saknar siffror om gruppen."}
            answer_report(by=north.office, report=report, number=1, now=timezone.now(), **back)
        return reverse(route, args=["norra", *arguments])

    return prepare


def a_year_to_report(world: World) -> str:
    """A year for Uppföljning Finsam: most of it known, nothing marked."""
    north = world.north
    make_funding(north, 2025)
    north.enrol()
    make_activity(north, women=8, men=3, others=1)
    told = {"follow_up_method": "Enkät vid avslut", "target_group": "Unga 18-29 år som varken arbetar eller studerar"}
    Initiative.objects.filter(pk=north.first.pk).update(**told)
    facts = YearFacts(Decimal(900_000), Decimal(850_000), 40)
    set_initiative_year(by=north.office, initiative=north.first, year=2025, facts=facts, now=timezone.now())
    return reverse("finsam_year", args=[north.federation.slug, 2025])


def a_year_reported(world: World) -> str:
    """The same, registered and sent in part, and then changed."""
    address, north, now = a_year_to_report(world), world.north, timezone.now()
    deadline = timezone.localdate(now) + timedelta(days=20)
    deadlines.set_deadline(by=north.office, federation=north.federation, year=2025, day=deadline, now=now)
    export = export_of(north.federation, usual(2025), now=now)
    place = export.place(north.first.slug)
    marks.mark(by=north.office, export=export, place=place.slug, shown=marks.seen(place), is_sure=True, now=now)
    kept = {"federation": north.federation, "year": 2025, "number": 1, "asked_by": north.office, "asked_at": now}
    kept |= {"key": "1", "body": canonical(payload_of(export)).decode(), "state": "failed", "problem": "certificate"}
    FinsamDelivery.objects.create(**kept, next_at=now, tried_at=now)
    delivery.switch(by=north.office, federation=north.federation, wanted=True, now=now)
    for day in (3, 4):
        north.enrol_late(date(2025, 11, day))
    return address


def archive_of_finsam(world: World) -> str:
    a_year_reported(world)
    for field in ("budget", "participants.total"):
        mark = FinsamMark.objects.get(field=field)
        marks.undo(by=world.north.office, mark=mark, now=timezone.now())
    return reverse("finsam_archive", args=[world.north.federation.slug, 2025])


def mark_all_of_first(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="uppgifter för Vägen vidare som registrerade").click()


def empty_form(page: Page) -> None:
    page.get_by_label("Gäller till och med").fill("snart")
    submit(page)


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
    "statistics-part": State("office", lambda world: statistics(world) + "&insats=norra-1&uppdrag=mapping"),
    "statistics-known-on": State("office", lambda world: statistics(world) + "&kant=2025-11-30"),
    "statistics-figures": State("office", figures_to_follow),
    "statistics-figure": State("office", figures_to_follow, open_a_figure),
    "statistics-figure-rows": State("lead", figures_of_initiative, open_a_figure),
    "statistics-share": State("office", shares_to_follow, open_a_figure),
    "statistics-changes": State("office", changes, open_all_details),
    "statistics-changes-error": State("office", plain("/forbund/norra/statistik/andringar/?fran=x")),
    "glance": State("office", glance),
    "glance-empty": State("office", plain("/forbund/norra/")),
    "glance-initiative": State("lead", glance_of_initiative),
    "quality-initiative": State("lead", quality_of_initiative),
    "quality-federation": State("office", quality_of_federation),
    "import-alike": State("coordinator", import_like_what_is_registered),
    "statistics-no-period": State("office", plain("/forbund/norra/statistik/?period=x")),
    "statistics-definition": State("office", plain("/forbund/norra/statistik/flows/sa-raknas/")),
    "retention-empty": State("office", plain("/forbund/norra/gallring/?years=2")),
    "retention": State("office", lambda world: f"{old_exits('retention')(world)}?years=1"),
    "retention-stop": State("office", old_exits("stop_thinning")),
    "retention-stop-errors": State("office", old_exits("stop_thinning"), submit),
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
    "exit-work": State("coordinator", exit_form, choose_work),
    "my-initiative-empty": State("coordinator", lambda world: at("my_initiative", world.north.first)),
    "my-initiative": State("lead", my_initiative),
    "list-narrowed": State("coordinator", narrowed_list),
    "list-narrowed-to-none": State("coordinator", narrowed_to_none),
    "assess": State("coordinator", about_ongoing("assess")),
    "assess-errors": State("coordinator", about_ongoing("assess"), submit),
    "take-back": State("coordinator", assessed),
    "take-back-errors": State("coordinator", assessed, submit),
    "follow-up": State("coordinator", about_ended("follow_up", "6")),
    "follow-up-reached": State("coordinator", about_ended("follow_up", "6"), choose("Nådd")),
    "follow-up-errors": State("coordinator", about_ended("follow_up", "6"), submit),
    "follow-up-corrected": State("coordinator", followed_up("follow_up", FollowUpOutcome.REACHED)),
    "follow-up-again": State("coordinator", followed_up("plan_again", FollowUpOutcome.NOT_REACHED)),
    "correct": State("coordinator", about_ended("correct")),
    "correct-errors": State("coordinator", about_ended("correct"), submit),
    "correct-meanwhile": State("coordinator", about_ongoing("correct"), somebody_elses_change),
    "correct-name": State("coordinator", about_ongoing("correct"), reason_like_a_name),
    "reopen": State("coordinator", about_ended("reopen")),
    "reopen-errors": State("coordinator", about_ended("reopen"), submit),
    "void": State("coordinator", about_ongoing("void")),
    "undo": State("coordinator", own_act),
    "history": State("coordinator", long_history),
    "history-wrong": State("coordinator", history_of_wrong),
    "contacts": State("coordinator", contacts("2025-03")),
    "contacts-empty": State("lead", contacts("2025-02")),
    "contacts-no-month": State("coordinator", contacts("2999-01")),
    "contacts-errors": State("coordinator", contacts("2025-03"), type_strange_numbers),
    "contacts-conflict": State("coordinator", contacts("2025-03"), somebody_saves_first),
    "contacts-saved": State("coordinator", contacts("2025-03"), submit),
    "activities-empty": State("office", plain("/forbund/norra/aktiviteter/")),
    "activities": State("office", year_of_activities),
    "activities-no-year": State("office", plain("/forbund/norra/aktiviteter/?ar=x")),
    "activity-new": State("office", plain("/forbund/norra/aktiviteter/ny/")),
    "activity-errors": State("office", plain("/forbund/norra/aktiviteter/ny/"), submit),
    "activity-twice": State("office", plain("/forbund/norra/aktiviteter/ny/"), register_twice),
    "activity-correct": State("office", an_activity("correct_activity")),
    "activity-void": State("office", an_activity("void_activity")),
    "activity-void-errors": State("office", an_activity("void_activity"), submit),
    "goals-empty": State("office", plain("/forbund/norra/installningar/mal/")),
    "goals": State("office", year_of_goals),
    "goal-new": State("office", plain("/forbund/norra/installningar/mal/2099/nytt/")),
    "goal-errors": State("office", plain("/forbund/norra/installningar/mal/2025/nytt/"), submit),
    "goal-change": State("office", a_goal(2025)),
    "goal-remove": State("office", a_goal(2099, "ta-bort/")),
    "goals-copy": State("office", plain("/forbund/norra/installningar/mal/2025/kopiera/")),
    "login-code": State("nobody", with_phone, give_password),
    "login-code-wrong": State("nobody", with_phone, wrong_code),
    "login-locked": State("nobody", plain("/logga-in/"), too_many),
    "forgotten": State("nobody", plain("/glomt-losenord/")),
    "forgotten-errors": State("nobody", plain("/glomt-losenord/"), submit),
    "forgotten-sent": State("nobody", plain("/glomt-losenord/skickat/")),
    "new-password": State("nobody", link_to_new_password),
    "new-password-errors": State("nobody", link_to_new_password, submit),
    "new-password-old": State("nobody", plain("/nytt-losenord/x/y/")),
    "two-step": State("coordinator", with_passkey("/min-profil/tvasteg/")),
    "two-step-passkey-new": State("coordinator", plain("/min-profil/tvasteg/passkeys/ny/"), give_password),
    "login-passkey": State("nobody", with_passkey("/logga-in/"), give_password),
    "two-step-again": State("coordinator", plain("/min-profil/tvasteg/app/")),
    "two-step-set-up": State("coordinator", plain("/min-profil/tvasteg/app/"), give_password),
    "two-step-codes": State("coordinator", plain("/min-profil/tvasteg/app/"), set_up_phone),
    "log-ins": State("coordinator", plain("/min-profil/inloggningar/")),
    "people": State("office", many_people),
    "people-alone": State("office", plain("/forbund/norra/personer/")),
    "people-invite": State("office", plain("/forbund/norra/personer/bjud-in/")),
    "people-invite-errors": State("office", plain("/forbund/norra/personer/bjud-in/"), submit),
    "people-change": State("office", person_page("change_person")),
    "people-end": State("office", person_page("end_person")),
    "people-end-again": State("office", leaving),
    "offices": State("operator", offices),
    "invitation": State("nobody", own_invitation("new")),
    "invitation-errors": State("nobody", own_invitation("new"), submit),
    "invitation-known": State("nobody", own_invitation("known")),
    "invitation-yes": State("outsider", own_invitation("known")),
    "invitation-other": State("reader", own_invitation("new")),
    "invitation-old": State("nobody", plain("/inbjudan/x/")),
    "access-log": State("office", long_log),
    "access-log-empty": State("office", plain("/forbund/norra/atkomstlogg/?fran=2001-01-01&till=2001-01-02")),
    "access-log-errors": State("office", plain("/forbund/norra/atkomstlogg/?fran=x&person=y")),
    "profile": State("coordinator", plain("/min-profil/")),
    "profile-operator": State("operator", plain("/min-profil/")),
    "password": State("coordinator", plain("/min-profil/byt-losenord/")),
    "password-errors": State("coordinator", plain("/min-profil/byt-losenord/"), submit),
    "reminders-off": State("nobody", reminders_link),
    "reminders-off-done": State("nobody", reminders_link, submit),
    "reminders-off-broken": State("nobody", plain("/paminnelser/av/x/")),
    "settings": State("office", settings("")),
    "settings-nothing": State("office", nothing_set),
    "settings-federation": State("office", settings("forbundet/")),
    "settings-federation-errors": State("office", settings("forbundet/"), fill_in(("Förbundets namn", ""))),
    "settings-parties": State("office", settings("parter/")),
    "settings-parties-none": State("office", plain("/forbund/norra/installningar/parter/")),
    "settings-party-errors": State("office", settings("parter/ny/"), submit_form),
    "settings-municipalities": State("office", settings("kommuner/")),
    "settings-municipality": State("office", settings_of_municipality),
    "settings-initiatives": State("office", settings("insatser/")),
    "settings-initiatives-none": State("office", empty("insatser/")),
    "settings-new-initiative": State("office", settings("insatser/+ny/")),
    "settings-new-initiative-errors": State("office", settings("insatser/+ny/"), submit_form),
    "settings-new-initiative-confirm": State("office", settings("insatser/+ny/"), tell_of_new_initiative),
    "settings-new-initiative-done": State("office", settings("insatser/+ny/"), create_after_that),
    "settings-initiative": State("office", settings("insatser/norra-1/")),
    "settings-initiative-change": State("office", settings("insatser/norra-1/andra/")),
    "settings-initiative-reasons": State("office", settings("insatser/norra-1/orsaker/")),
    "settings-initiative-follow-ups-errors": State(
        "office", settings("insatser/norra-1/uppfoljning/"), fill_in(("Månader efter avslut", "sex"))
    ),
    "settings-reasons": State("office", settings("listor/avslutsorsaker/")),
    "settings-reason": State("office", used_reason),
    "settings-reason-aware": State("office", used_reason, count_otherwise),
    "settings-reason-unused": State("office", settings("listor/steg/step-4/")),
    "settings-reason-end-errors": State("office", settings("listor/avslutsorsaker/rehab/avsluta/"), submit_form),
    "settings-reason-new-errors": State("office", settings("listor/avslutsorsaker/+ny/"), submit_form),
    "settings-groups": State("office", settings("utfallsgrupper/")),
    "settings-steps": State("office", settings("listor/steg/")),
    "settings-education": State("office", settings("listor/utbildning/")),
    "settings-education-none": State("office", empty("listor/utbildning/")),
    "settings-education-item": State("office", settings("listor/utbildning/primary/")),
    "settings-bands": State("office", settings("klasser/")),
    "settings-bands-change": State("office", settings("klasser/age/")),
    "settings-bands-errors": State("office", settings("klasser/age/"), fill_in(("Från och med, rad 2", "22"))),
    "settings-money": State("office", settings("pengar/")),
    "settings-money-none": State("office", empty("pengar/")),
    "settings-year-errors": State("office", settings("pengar/{year}/medel/"), fill_in(("Staten (kr)", "många"))),
    "settings-inhabitants": State("office", settings("pengar/{year}/kommuner/")),
    "settings-inhabitants-errors": State(
        "office", settings("pengar/{year}/kommuner/"), fill_in(("Avtalat bidrag (kr), Ekby (norra)", "5"))
    ),
    "settings-budgets": State("office", settings("pengar/{year}/insatser/")),
    "settings-budgets-errors": State(
        "office",
        settings("pengar/{year}/insatser/"),
        fill_in(("Budget (kr), Klivet", "-5"), ("Utfall (kr), Klivet", "x")),
    ),
    "settings-parameters": State("office", settings("antaganden/")),
    "settings-parameter": State("office", settings("antaganden/tax_rate/")),
    "settings-parameter-errors": State("office", settings("antaganden/tax_rate/"), submit_form),
    "publication-draft": State("office", draft),
    "publication-texts-errors": State("office", writing, fill_in(("Inledning", "Av {okänd}"))),
    "publication": State("office", publication),
    "document-contradictions": State("office", checking, document(is_faulty=True)),
    "document-refused": State("office", checking, document(is_faulty=False)),
    "publication-checked": State("nobody", checked),
    "publication-public": State("nobody", public),
    "publication-schedules": State("office", scheduled),
    "publication-schedule-errors": State("office", plain("/forbund/norra/publikationer/schema/nytt/"), submit_form),
    "publication-sections": State("office", arranged),
    "publication-look-errors": State("office", styled, fill_in(("Huvudfärg", "#ffee00"))),
    "status-reports": State("office", status_report("status_reports")),
    "status-report": State("lead", status_report("initiative_status_report", "norra-1", "2025-H1")),
    "status-report-write-errors": State(
        "lead",
        status_report("write_status_report", "norra-1", "2025-H1"),
        fill_in(("Framsteg", "Ring 070-123 45 67"), ("Plan framåt", "Anna Svensson tar över.")),
    ),
    "status-report-answer-errors": State(
        "office", status_report("answer_status_report", "2025-H1", "norra-1"), submit_form
    ),
    "settings-parameter-correct": State("office", settings("antaganden/tax_rate/2022-01-01/")),
    "finsam": State("office", a_year_to_report),
    "finsam-reported": State("office", a_year_reported),
    "finsam-confirm": State("office", a_year_to_report, mark_all_of_first),
    "finsam-archive": State("office", archive_of_finsam),
    "finsam-deadline-errors": State(
        "office", plain("/forbund/norra/uppfoljning-finsam/2025/sista-dag/"), fill_in(("Sista dag", "snart"))
    ),
    "api-documentation": State("office", plain("/api-dokumentation/")),
    "keys": State("office", some_keys("keys")),
    "keys-of-initiative": State("lead", some_keys("initiative_keys")),
    "make-key-errors": State("lead", plain("/forbund/norra/insatser/norra-1/api-nycklar/ny/"), empty_form),
    "rotate-key": State("lead", some_keys("initiative_rotate_key")),
    "key-shown-once": State("lead", some_keys("initiative_rotate_key"), submit),
    "revoke-key": State("office", some_keys("revoke_key")),
}
