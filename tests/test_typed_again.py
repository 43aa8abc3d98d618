"""Nothing typed is lost where it cannot be saved: the error page repeats the form, to be sent again."""

import errno
import html
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection

from participants.models import Participation
from tests.conftest import StrictClient
from tests.factories import PASSWORD, Tenant, World
from tests.test_participant_pages import ENROLMENT, PERSONNUMMER, at

NOTE = 'Två rader, "citat" & <tecken>,\n  och ett indrag i den andra av dem.'


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


@contextmanager
def trouble(error: Exception) -> Iterator[None]:
    def nobody_answers(*_asked: Any) -> None:
        raise error

    with connection.execute_wrapper(nobody_answers):
        yield


def away() -> Exception:
    return OperationalError("server closed the connection unexpectedly")


def again(page: str) -> dict[str, list[str]]:
    """The fields of the page's only form."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


@pytest.fixture
def coordinator(north: Tenant) -> StrictClient:
    client = StrictClient(raise_request_exception=False)
    client.force_login(north.coordinator)
    return client


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (away(), 503, "Databasen svarar inte"),
        (InterfaceError("connection already closed"), 503, "Databasen svarar inte"),
        (OSError(errno.ENOSPC, "No space left on device"), 503, "Databasen svarar inte"),
        (RuntimeError("a fault of ours"), 500, "Felet är vårt"),
    ],
)
def test_the_page_sends_the_same_form_again_and_it_is_saved_once(
    error: Exception, status: int, sentence: str, north: Tenant, coordinator: StrictClient
):
    where = at("enrol", north.first)
    ticket = coordinator.get(where).context["form"]["ticket"].value()
    sent = ENROLMENT | {"ticket": ticket, "note": NOTE}
    with trouble(error):
        answer = coordinator.post(where, sent)
    page = answer.content.decode()
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (status, True)
    assert sentence in page
    assert f'action="{where}"' in page
    fields = again(page)
    typed = {name: value if isinstance(value, list) else [value] for name, value in sent.items()}
    assert fields == typed | {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]}
    for _time in range(2):
        assert coordinator.post(where, fields).status_code == 302
    assert Participation.objects.count() == 1


def test_the_token_of_the_page_is_good_and_another_sites_form_is_not_repeated(north: Tenant):
    where, client = at("enrol", north.first), StrictClient(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(north.coordinator)
    token = str(client.get(where).context["csrf_token"])
    with trouble(away()):
        forged = client.post(where, ENROLMENT)
        own = client.post(where, ENROLMENT | {"csrfmiddlewaretoken": token})
    assert again(forged.content.decode()) == {}
    fields = again(own.content.decode())
    assert fields["csrfmiddlewaretoken"] != [token]  # masked anew
    assert client.post(where, fields).status_code == 302


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/logga-in/", {"username": "a@example.org", "password": PASSWORD}),
        ("/logga-in/kod/", {"code": PASSWORD}),
        ("/min-profil/byt-losenord/", {"old_password": PASSWORD, "new_password1": "x", "new_password2": "x"}),
        ("/min-profil/bekrafta/", {"password": PASSWORD}),
        ("/min-profil/tvasteg/app/", {"code": PASSWORD}),
        ("/min-profil/tvasteg/passkeys/ny/", {"credential": PASSWORD}),
        ("/nytt-losenord/1/token/", {"new_password1": PASSWORD, "new_password2": PASSWORD}),
        ("/inbjudan/token/", {"name": "A", "password": PASSWORD, "again": PASSWORD}),
        ("/finns-inte/", {"text": PASSWORD}),
    ],
)
def test_nothing_of_log_in_is_repeated(path: str, fields: dict[str, str], coordinator: StrictClient):
    with trouble(away()):
        answer = coordinator.post(path, fields)
    assert PASSWORD not in answer.content.decode()
    assert again(answer.content.decode()) == {}


def test_what_identifies_a_person_is_left_out_and_nothing_is_logged(
    north: Tenant, coordinator: StrictClient, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    with trouble(away()):
        page = coordinator.post(at("enrol", north.first), {"note": NOTE, "birth_year": PERSONNUMMER}).content.decode()
    assert set(again(page)) == {"csrfmiddlewaretoken", "note"}
    assert "Dina texter" in page
    assert PERSONNUMMER not in page
    assert "indrag" not in caplog.text
    assert "indrag" not in coordinator.get(at("enrol", north.first)).content.decode()


def test_a_file_has_to_be_chosen_again(north: Tenant, coordinator: StrictClient):
    where = at("imports", north.first)
    with trouble(away()):
        page = coordinator.post(where, {"file": SimpleUploadedFile("a.xlsx", b"rows")}).content.decode()
    assert "välj den igen" in page
    assert again(page) == {}


def test_a_page_that_was_only_read_and_a_part_of_one_repeat_nothing(north: Tenant, coordinator: StrictClient):
    where = at("enrol", north.first)
    with trouble(away()):
        pages = (
            coordinator.get(f"{where}?note=x"),
            coordinator.post(where, {"note": "x"}, headers={"HX-Request": "1"}),
        )
    assert [again(page.content.decode()) for page in pages] == [{}, {}]
