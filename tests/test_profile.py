"""What a person chooses about the own account."""

from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from knox.models import AuthToken

from finsam_tracker.core.models import AuditEvent, User
from finsam_tracker.core.tokens import issue_token
from tests.conftest import StrictClient
from tests.factories import PASSWORD, World
from tests.test_participant_pages import at, errors_in, text_of

HERE, PASSWORD_PAGE = "/min-profil/", "/min-profil/byt-losenord/"
NEW = "en annan mening om havet"
CHANGE = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def person(world: World) -> User:
    return world.north.coordinator


class TestProfile:
    def test_it_shows_who_one_is(self, person: User, coordinator: StrictClient):
        page = text_of(coordinator.get(HERE))
        for shown in (person.name, person.email, "Norra Skogsbygdens samordningsförbund", "Deltagaansvarig"):
            assert shown in page

    def test_every_page_leads_there(self, person: User, coordinator: StrictClient, world: World):
        page = coordinator.get(at("participations", world.north.first))
        assert f"Min profil: {person.name}" in text_of(page)
        assert f'href="{HERE}"' in page.content.decode()

    def test_name_and_address_cannot_be_changed_here(self, person: User, coordinator: StrictClient):
        coordinator.post(
            HERE,
            {"wants_reminders": "no", "language": "sv", "name": "X", "email": "x@example.org", "is_operator": "on"},
        )
        changed = User.objects.get(pk=person.pk)
        assert (changed.name, changed.email, changed.is_operator) == (person.name, person.email, False)
        assert not changed.wants_reminders

    def test_reminders_are_switched_off_and_on(self, person: User, coordinator: StrictClient):
        for chosen, wanted in (("no", False), ("no", False), ("yes", True)):
            answer = coordinator.post(HERE, {"wants_reminders": chosen, "language": "sv"}, follow=True)
            assert "Dina val är sparade." in text_of(answer)
            person.refresh_from_db()
            assert person.wants_reminders is wanted
        acts = AuditEvent.objects.filter(subject_type="user", subject_id=person.pk).order_by("pk")
        assert list(acts.values_list("action", flat=True)) == ["reminders_off", "reminders_on"]

    @pytest.mark.parametrize("typed", ["", "maybe", "\0"])
    def test_what_is_no_choice_is_answered_with_a_sentence(self, typed: str, coordinator: StrictClient):
        answer = coordinator.post(HERE, {"wants_reminders": typed, "language": "sv"})
        assert answer.status_code == 200
        assert errors_in(answer) == {"wants_reminders": ["Välj ja eller nej."]}

    def test_one_with_nothing_to_be_reminded_of_is_not_asked(self, reader: StrictClient, operator: StrictClient):
        for browser in (reader, operator):
            assert "Påminnelser" not in text_of(browser.get(HERE))
            assert "Byt lösenord" in text_of(browser.get(HERE))


class TestLanguage:
    def test_where_there_is_one_language_there_is_no_choice(
        self, person: User, coordinator: StrictClient, settings: Any
    ):
        settings.LANGUAGES = [("sv", "Svenska")]
        assert "Språk" not in text_of(coordinator.get(HERE))
        User.objects.filter(pk=person.pk).update(language="en")
        assert coordinator.get(HERE)["Content-Language"] == "sv"

    def test_the_choice_counts_for_more_than_the_browsers(self, person: User, coordinator: StrictClient, world: World):
        asking_for_english = {"accept-language": "en"}
        assert coordinator.get(HERE, headers=asking_for_english)["Content-Language"] == "sv"
        coordinator.post(HERE, {"wants_reminders": "yes", "language": "en"})
        person.refresh_from_db()
        assert person.language == "en"
        assert AuditEvent.objects.filter(action="choose_language", actor=person).count() == 1
        page = coordinator.get(at("participations", world.north.first), headers={"accept-language": "sv"})
        assert page["Content-Language"] == "en"
        assert '<html lang="en">' in page.content.decode()
        # Django's own words have an English catalogue already.
        month = coordinator.get(f"{at('advisory_contacts', world.north.first)}?manad=2025-03")
        assert "March 2025" in text_of(month)

    def test_a_language_that_does_not_exist_is_refused(self, person: User, coordinator: StrictClient):
        answer = coordinator.post(HERE, {"wants_reminders": "yes", "language": "kl"})
        assert errors_in(answer) == {"language": ["Välj ett språk ur listan."]}
        person.refresh_from_db()
        assert person.language == "sv"

    def test_who_is_not_logged_in_gets_swedish_whatever_the_browser_asks_for(self, client: StrictClient, db: None):
        answer = client.get("/logga-in/", headers={"accept-language": "en"})
        assert answer["Content-Language"] == "sv"


class TestPassword:
    def test_it_is_changed_and_every_other_log_in_ends(self, person: User, coordinator: StrictClient):
        elsewhere = StrictClient()
        elsewhere.force_login(person)
        issue_token(person)
        answer = coordinator.post(PASSWORD_PAGE, CHANGE, follow=True)
        assert "Lösenordet är bytt." in text_of(answer)
        assert coordinator.get(HERE).status_code == 200
        assert elsewhere.get(HERE)["Location"].startswith("/logga-in/")
        assert not AuthToken.objects.filter(user=person).exists()
        assert AuditEvent.objects.filter(action="change_password", actor=person).count() == 1
        for password, accepted in ((PASSWORD, False), (NEW, True)):
            browser = StrictClient()
            browser.post("/logga-in/", {"username": person.email, "password": password})
            assert (SESSION_KEY in browser.session) is accepted

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"old_password": "fel"}, "old_password", "Det nuvarande lösenordet är fel."),
            ({"old_password": ""}, "old_password", "Skriv ditt nuvarande lösenord."),
            ({"new_password1": ""}, "new_password1", "Skriv ett nytt lösenord."),
            ({"new_password2": ""}, "new_password2", "Skriv det nya lösenordet en gång till."),
            ({"new_password2": "x"}, "new_password2", "De två nya lösenorden är olika."),
            ({"new_password1": "kort", "new_password2": "kort"}, "new_password2", "minst 12 tecken"),
            ({"new_password1": "\0", "new_password2": "\0"}, "new_password1", "Null-tecken"),
        ],
    )
    def test_bad_input_gives_a_sentence_and_changes_nothing(
        self, changes: dict[str, str], field: str, words: str, person: User, coordinator: StrictClient
    ):
        answer = coordinator.post(PASSWORD_PAGE, CHANGE | changes)
        assert answer.status_code == 200
        assert words in " ".join(errors_in(answer)[field])
        assert NEW not in answer.content.decode()
        person.refresh_from_db()
        assert person.check_password(PASSWORD)
