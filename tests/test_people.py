"""Inviting people, changing and ending their roles, and what the office can not do that way."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from finsam_tracker.core.models import AuditEvent, Membership, User
from finsam_tracker.core.permissions import Role
from finsam_tracker.core.records import Session
from finsam_tracker.core.tokens import issue_token
from initiatives.models import InitiativeStaff, Invitation
from initiatives.people.invitations import token_of
from tests.conftest import StrictClient
from tests.factories import PASSWORD, MembershipFactory, Tenant, World
from tests.phones import give_password, is_in
from tests.test_participant_pages import at, errors_in, text_of

pytestmark = pytest.mark.usefixtures("tasks_run_here")

Browser = Callable[[str], StrictClient]
PEOPLE, INVITE = "/forbund/norra/personer/", "/forbund/norra/personer/bjud-in/"
NEW = "ny.kollega@kommun.example"
CHOSEN = {"name": "Ny Kollega", "password": "en mening om havet", "again": "en mening om havet"}


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


@pytest.fixture
def today() -> Any:
    return timezone.localdate()


def ask(north: Tenant, **changes: Any) -> dict[str, Any]:
    return {"email": NEW, "role": "coordinator", "initiatives": [north.first.pk]} | changes


def link_in_mail() -> str:
    found = re.search(r"https?://[^/\s]+(/inbjudan/\S+)", str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def row(route: str, membership: Membership) -> str:
    return reverse(route, args=[membership.federation.slug, membership.pk])


class TestInviting:
    def test_somebody_new_comes_all_the_way_to_the_work(
        self, north: Tenant, office: StrictClient, client: StrictClient
    ):
        answer = office.post(INVITE, ask(north, email=f" {NEW.upper()} "), follow=True)
        assert f"Inbjudan är skickad till {NEW}." in text_of(answer)
        assert mail.outbox[-1].to == [NEW]
        link = link_in_mail()
        page = client.get(link)
        assert page["Referrer-Policy"] == "same-origin"
        assert "bjuder in dig som deltagaansvarig i Norra" in text_of(page)
        assert client.post(link, CHOSEN)["Location"] == "/"
        assert client.get("/")["Location"] == at("my_initiative", north.first)
        person = User.objects.get(email=NEW)
        held = person.memberships.get()
        assert (person.name, held.role, held.started_on) == ("Ny Kollega", "coordinator", timezone.localdate())
        assert client.get(at("participations", north.second)).status_code == 404
        acts = AuditEvent.objects.filter(federation=north.federation, subject_type="invitation").order_by("pk")
        assert [(a.action, a.actor) for a in acts] == [("invite", north.office), ("accept_invitation", person)]

    def test_a_link_is_good_once(self, north: Tenant, office: StrictClient, client: StrictClient):
        office.post(INVITE, ask(north))
        link = link_in_mail()
        client.post(link, CHOSEN)
        for answer in (client.get(link), StrictClient().get(link), StrictClient().post(link, CHOSEN)):
            assert answer.status_code == 404
            assert "Inbjudan gäller inte" in text_of(answer)
        assert User.objects.filter(email=NEW).count() == 1

    def test_a_link_is_good_for_a_week(self, north: Tenant, office: StrictClient, monkeypatch: pytest.MonkeyPatch):
        office.post(INVITE, ask(north))
        link = link_in_mail()
        monkeypatch.setattr("initiatives.people.invitations.GOOD_FOR", timedelta(seconds=-1))
        assert StrictClient().get(link).status_code == 404

    def test_sent_again_the_old_link_is_dead(self, north: Tenant, office: StrictClient, client: StrictClient):
        office.post(INVITE, ask(north))
        old = link_in_mail()
        asked = Invitation.objects.get()
        Invitation.objects.update(sent_at=timezone.now() - timedelta(days=8))
        assert "Länken har gått ut. Skicka en ny." in text_of(office.get(PEOPLE))
        office.post(reverse("renew_invitation", args=["norra", asked.pk]))
        assert client.get(old).status_code == 404
        assert client.get(link_in_mail()).status_code == 200
        assert "Länken har gått ut" not in text_of(office.get(PEOPLE))

    def test_the_office_never_sees_the_link(self, north: Tenant, office: StrictClient):
        """Whoever sees it could become the invited person, and so see registrations."""
        page = office.post(INVITE, ask(north), follow=True).content.decode()
        assert NEW in page
        assert "/inbjudan/" not in page
        assert token_of(Invitation.objects.get()) not in page

    def test_withdrawn_is_withdrawn(self, north: Tenant, office: StrictClient, client: StrictClient):
        office.post(INVITE, ask(north))
        asked = Invitation.objects.get()
        where = reverse("withdraw_invitation", args=["norra", asked.pk])
        assert "tillbakadragen" in text_of(office.post(where, follow=True))
        assert client.get(link_in_mail()).status_code == 404
        assert office.post(where).status_code == 404
        office.post(INVITE, ask(north))
        assert Invitation.objects.open().count() == 1

    @pytest.mark.parametrize("broken", ["x", "a:b:c", "9" * 500, "x%00y", "å"])
    def test_a_link_of_ones_own_making_is_none(self, broken: str, client: StrictClient, db: None):
        assert client.get(f"/inbjudan/{broken}/").status_code == 404

    def test_a_letter_that_cannot_be_sent_is_told(self, north: Tenant, office: StrictClient, settings: Any):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
        settings.EMAIL_PORT = 1
        answer = office.post(INVITE, ask(north), follow=True)
        assert "brevet kunde inte skickas" in text_of(answer)
        assert "alert-danger" in answer.content.decode()
        assert Invitation.objects.open().count() == 1

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"email": ""}, "email", "Skriv en e-postadress."),
            ({"email": "inte en adress"}, "email", "Skriv en hel e-postadress"),
            ({"email": "a@b.example\nBcc: c@d.example"}, "email", "Skriv en hel e-postadress"),
            ({"email": f"{'x' * 300}@kommun.example"}, "email", "som mest 254"),
            ({"email": "a\0@b.example"}, "email", "Null-tecken"),
            ({"role": ""}, "role", "Välj en roll."),
            ({"role": "operator"}, "role", "Välj en roll ur listan."),
            ({"initiatives": []}, "initiatives", "Välj minst en insats."),
            ({"initiatives": ["x"]}, "initiatives", "Välj bland förbundets egna insatser"),
            ({"initiatives": ["999999"]}, "initiatives", "Välj bland förbundets egna insatser"),
            ({"role": "office"}, "initiatives", "Bara deltagaansvariga och insatsledare"),
        ],
    )
    def test_bad_input_gives_a_sentence_and_no_letter(
        self, changes: dict[str, Any], field: str, words: str, north: Tenant, office: StrictClient
    ):
        answer = office.post(INVITE, ask(north, **changes))
        assert words in " ".join(errors_in(answer)[field])
        assert not mail.outbox
        assert not Invitation.objects.exists()

    def test_not_to_an_initiative_of_another_federation_nor_one_without_participants(
        self, world: World, office: StrictClient
    ):
        for wrong in (world.south.first, world.north.structural):
            answer = office.post(INVITE, ask(world.north, initiatives=[wrong.pk]))
            assert errors_in(answer)["initiatives"] == ["Välj bland förbundets egna insatser med deltagare."]

    def test_an_open_invitation_is_not_doubled(self, north: Tenant, office: StrictClient):
        office.post(INVITE, ask(north))
        answer = office.post(INVITE, ask(north, email=NEW.title(), role="reader", initiatives=[]))
        assert "Det finns redan en öppen inbjudan" in errors_in(answer)["email"][0]
        assert Invitation.objects.count() == 1


class TestOneRole:
    def test_the_office_cannot_invite_itself(self, north: Tenant, office: StrictClient):
        for email in (north.office.email, north.office.email.upper()):
            answer = office.post(INVITE, ask(north, email=email))
            assert "Du kan inte bjuda in dig själv." in errors_in(answer)["email"][0]

    def test_office_and_coordinator_refuse_each_other_and_say_why(self, north: Tenant, office: StrictClient):
        other = MembershipFactory.create(federation=north.federation, role=Role.OFFICE).user
        for email, changes in (
            (other.email, {}),
            (north.coordinator.email, {"role": "office", "initiatives": []}),
        ):
            answer = office.post(INVITE, ask(north, email=email, **changes))
            assert "Den som arbetar på kansliet får aldrig se enskilda registreringar" in errors_in(answer)["email"][0]
        answer = office.post(INVITE, ask(north, email=north.reader.email))
        assert "är redan läsare i förbundet" in errors_in(answer)["email"][0]

    def test_an_end_to_come_is_a_role_still(self, north: Tenant, office: StrictClient, today: Any):
        north.coordinator.memberships.update(ended_on=today + timedelta(days=3))
        answer = office.post(INVITE, ask(north, email=north.coordinator.email, role="office", initiatives=[]))
        assert "Avsluta den ena rollen först." in errors_in(answer)["email"][0]
        north.coordinator.memberships.update(ended_on=today)
        office.post(INVITE, ask(north, email=north.coordinator.email, role="office", initiatives=[]))
        assert Invitation.objects.open().count() == 1

    def test_it_is_asked_again_when_the_invitation_is_accepted(self, world: World, office: StrictClient):
        person, browser = world.outsider, StrictClient()
        office.post(INVITE, ask(world.north, email=person.email))
        MembershipFactory.create(user=person, federation=world.north.federation, role=Role.OFFICE)
        browser.force_login(person)
        answer = browser.post(link_in_mail())
        assert "får aldrig se enskilda registreringar" in text_of(answer)
        assert person.memberships.count() == 1

    def test_operators_and_closed_accounts_are_not_invited(self, world: World, office: StrictClient):
        answer = office.post(INVITE, ask(world.north, email=world.operator.email))
        assert "driftansvarig" in errors_in(answer)["email"][0]
        User.objects.filter(pk=world.outsider.pk).update(is_active=False)
        answer = office.post(INVITE, ask(world.north, email=world.outsider.email))
        assert "avstängt" in errors_in(answer)["email"][0]


class TestAnswering:
    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"name": ""}, "name", "Skriv ditt namn."),
            ({"name": "19811218-9876"}, "name", "ser ut som ett personnummer"),
            ({"name": "x" * 200}, "name", "som mest 100"),
            ({"password": ""}, "password", "Välj ett lösenord."),
            ({"password": "kort", "again": "kort"}, "password", "minst 12 tecken"),
            ({"password": NEW, "again": NEW}, "password", "e-post"),
            ({"again": "något annat"}, "again", "De två lösenorden är olika."),
        ],
    )
    def test_bad_input_makes_nobody(
        self, changes: dict[str, str], field: str, words: str, north: Tenant, office: StrictClient
    ):
        office.post(INVITE, ask(north))
        answer = StrictClient().post(link_in_mail(), CHOSEN | changes)
        assert words in " ".join(errors_in(answer)[field])
        assert CHOSEN["password"] not in answer.content.decode()
        assert not User.objects.filter(email=NEW).exists()

    def test_one_with_a_log_in_logs_in_and_says_yes(self, world: World, office: StrictClient, client: StrictClient):
        person = world.south.coordinator
        office.post(INVITE, ask(world.north, email=person.email))
        link = link_in_mail()
        page = client.get(link)
        assert "har redan ett konto. Logga in med det" in text_of(page)
        assert client.post(link, CHOSEN).status_code == 200
        assert person.memberships.count() == 1
        assert give_password(client, person, link)["Location"] == link
        assert "Tacka ja" in text_of(client.get(link))
        assert "Du har nu rollen." in text_of(client.post(link, follow=True))
        assert person.memberships.count() == 2
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_nobody_else_says_yes_for_the_invited(self, north: Tenant, office: StrictClient, lead: StrictClient):
        office.post(INVITE, ask(north))
        link = link_in_mail()
        for browser in (lead, office):
            assert "du är inloggad med en annan adress" in text_of(browser.post(link, CHOSEN))
        assert not User.objects.filter(email=NEW).exists()


class TestChanging:
    def test_another_role_is_another_membership_from_today(
        self, north: Tenant, office: StrictClient, coordinator: StrictClient, today: Any
    ):
        before = north.coordinator.memberships.get()
        office.post(row("change_person", before), {"role": "reader", "initiatives": []})
        before.refresh_from_db()
        assert (before.ended_on, before.role) == (today, "coordinator")
        now = north.coordinator.memberships.get(ended_on=None)
        assert (now.role, now.started_on) == ("reader", today)
        assert not is_in(coordinator)

    def test_other_initiatives_keep_the_membership(
        self, north: Tenant, office: StrictClient, coordinator: StrictClient
    ):
        held = north.coordinator.memberships.get()
        office.post(row("change_person", held), {"role": "coordinator", "initiatives": [north.second.pk]})
        assert north.coordinator.memberships.get() == held
        assert coordinator.get(at("participations", north.first)).status_code == 404
        assert coordinator.get(at("participations", north.second)).status_code == 200

    def test_a_coordinator_who_comes_to_the_office_sees_no_row_any_more(self, north: Tenant, office: StrictClient):
        held = north.coordinator.memberships.get()
        office.post(row("change_person", held), {"role": "office", "initiatives": []})
        browser = StrictClient()
        browser.force_login(User.objects.get(pk=north.coordinator.pk))
        assert browser.get(at("participations", north.first)).status_code == 404
        assert browser.get("/forbund/norra/statistik/?period=2025").status_code == 200

    def test_the_own_role_is_not_ones_own_to_change(self, north: Tenant, office: StrictClient):
        MembershipFactory.create(federation=north.federation, role=Role.OFFICE)
        own = north.office.memberships.get()
        answer = office.post(row("change_person", own), {"role": "coordinator", "initiatives": [north.first.pk]})
        assert "Du kan inte ändra din egen roll." in text_of(answer)
        assert not InitiativeStaff.objects.filter(membership__user=north.office).exists()

    def test_another_federations_people_and_initiatives_are_out_of_reach(self, world: World, office: StrictClient):
        theirs, ours = world.south.coordinator.memberships.get(), world.north.coordinator.memberships.get()
        for route in ("change_person", "end_person"):
            where = reverse(route, args=["norra", theirs.pk])
            assert (office.get(where).status_code, office.post(where).status_code) == (404, 404)
        answer = office.post(row("change_person", ours), {"role": "lead", "initiatives": [world.south.first.pk]})
        assert errors_in(answer)["initiatives"]


class TestEnding:
    def end(self, browser: StrictClient, member: Membership, on: Any) -> Any:
        return browser.post(row("end_person", member), {"on": str(on)}, follow=True)

    def test_today_closes_every_door_at_once(
        self, north: Tenant, office: StrictClient, coordinator: StrictClient, today: Any
    ):
        token = issue_token(north.coordinator).token
        held = north.coordinator.memberships.get()
        assert "är avslutad" in text_of(self.end(office, held, today))
        assert not Session.objects.filter(user=north.coordinator).exists()
        assert not AuthToken.objects.exists()
        assert not is_in(coordinator)
        asked = StrictClient().get("/api/v1/federations/", headers={"Authorization": f"Token {token}"})
        assert asked.status_code == 401
        assert north.coordinator.email not in text_of(office.get(PEOPLE))

    def test_a_day_to_come_lets_the_person_work_until_then(
        self, north: Tenant, office: StrictClient, coordinator: StrictClient, today: Any
    ):
        held = north.coordinator.memberships.get()
        self.end(office, held, today + timedelta(days=1))
        assert coordinator.get(at("participations", north.first)).status_code == 200
        assert f"slutar {today + timedelta(days=1)}" in text_of(office.get(PEOPLE))
        assert list(Membership.objects.in_force_on(today + timedelta(days=1)).filter(pk=held.pk)) == []
        assert list(Membership.objects.in_force_on(today).filter(pk=held.pk)) == [held]

    def test_an_end_to_come_is_taken_back(self, north: Tenant, office: StrictClient, today: Any):
        held = north.coordinator.memberships.get()
        self.end(office, held, today + timedelta(days=9))
        assert "Slutdatumet för" in text_of(office.post(row("keep_person", held), follow=True))
        held.refresh_from_db()
        assert held.ended_on is None

    @pytest.mark.parametrize("typed", ["", "igår", "2024-01-01", "2025-02-30", "\0"])
    def test_a_day_that_cannot_be_is_told(self, typed: str, north: Tenant, office: StrictClient):
        held = north.coordinator.memberships.get()
        answer = office.post(row("end_person", held), {"on": typed})
        assert errors_in(answer)["on"]
        held.refresh_from_db()
        assert held.ended_on is None

    def test_the_last_of_the_office_stays(self, north: Tenant, office: StrictClient, today: Any):
        own = north.office.memberships.get()
        assert "Bjud in en till först." in text_of(self.end(office, own, today))
        second = MembershipFactory.create(federation=north.federation, role=Role.OFFICE)
        self.end(office, second, today + timedelta(days=30))
        assert "Bjud in en till först." in text_of(self.end(office, own, today + timedelta(days=5)))
        own.refresh_from_db()
        assert own.ended_on is None

    def test_one_of_two_may_go(self, north: Tenant, office: StrictClient, today: Any):
        MembershipFactory.create(federation=north.federation, role=Role.OFFICE)
        self.end(office, north.office.memberships.get(), today)
        assert not is_in(office)


class TestList:
    def test_it_tells_what_the_office_needs(self, north: Tenant, office: StrictClient):
        north.coordinator.last_login = timezone.now()
        north.coordinator.save()
        page = text_of(office.get(PEOPLE))
        for shown in (north.coordinator.name, north.lead.email, "Vägen vidare", "2022-01-01", "Inte på", "Läsare"):
            assert shown in page
        assert str(timezone.localdate()) in page

    def test_more_people_take_no_more_questions(self, north: Tenant, office: StrictClient):
        def questions() -> int:
            office.get(PEOPLE)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                office.get(PEOPLE)
            return len(asked)

        before = questions()
        for _n in range(10):
            member = MembershipFactory.create(federation=north.federation)
            InitiativeStaff.objects.create(membership=member, initiative=north.first)
        assert questions() == before


class TestOffices:
    def test_an_operator_invites_the_first_of_an_office(
        self, world: World, operator: StrictClient, client: StrictClient
    ):
        answer = operator.post("/drift/kanslier/", {"email": NEW, "federation": "sodra"}, follow=True)
        assert f"Inbjudan är skickad till {NEW}." in text_of(answer)
        client.post(link_in_mail(), CHOSEN)
        assert User.objects.get(email=NEW).memberships.get().role == Role.OFFICE

    @pytest.mark.parametrize("typed", [{}, {"federation": "finns-inte"}, {"federation": "\0"}, {"email": "x"}])
    def test_bad_input_is_told(self, typed: dict[str, str], operator: StrictClient, world: World):
        answer = operator.post("/drift/kanslier/", typed)
        assert answer.status_code == 200
        assert errors_in(answer)
        assert not mail.outbox

    def test_an_operator_does_not_become_the_office(self, world: World, operator: StrictClient):
        answer = operator.post("/drift/kanslier/", {"email": world.operator.email, "federation": "norra"})
        assert "Du kan inte bjuda in dig själv." in errors_in(answer)["email"][0]


class TestCommand:
    def run(self, *arguments: str) -> str:
        said = StringIO()
        call_command("invite", *arguments, stdout=said)
        return said.getvalue()

    def test_the_first_office_and_the_first_operator_come_by_command(self, world: World, client: StrictClient):
        for email, arguments in ((NEW, ("--federation", "norra")), ("drift@kommun.example", ("--operator",))):
            said = self.run(email, *arguments)
            link = "/inbjudan" + said.strip().partition("/inbjudan")[2]
            assert mail.outbox[-1].to == [email]
            browser = StrictClient()
            assert browser.post(link, CHOSEN).status_code == 302
        assert User.objects.get(email=NEW).memberships.get().role == Role.OFFICE
        assert User.objects.get(email="drift@kommun.example").is_operator

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ((NEW,), "--federation SLUG eller --operator"),
            ((NEW, "--operator", "--federation", "norra"), "antingen"),
            ((NEW, "--federation", "finns-inte"), "norra, sodra"),
            (("inte en adress", "--operator"), "mejladress"),
            ((NEW, "--federation", "norra", "--role", "lead"), "Välj minst en insats."),
        ],
    )
    def test_it_says_what_is_wrong(self, arguments: tuple[str, ...], words: str, world: World):
        with pytest.raises(CommandError, match=re.escape(words)):
            self.run(*arguments)
        assert not Invitation.objects.exists()


def test_each_person_sees_what_they_may_do(north: Tenant, coordinator: StrictClient, operator: StrictClient):
    page = text_of(coordinator.get("/min-profil/"))
    assert "Du får: läsa registreringarna i sina egna insatser" in page
    assert "bjuda in och avsluta personer" not in page
    assert "bjuda in förbundsadministratörer" in text_of(operator.get("/min-profil/"))
