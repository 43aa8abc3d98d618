"""What somebody could try who means harm, where no other file has it. SECURITY.md says where the rest is."""

import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import override_settings

from finsam_tracker.core.models import AuditEvent
from participants.models import Participation
from tests import known_faults
from tests.conftest import StrictClient
from tests.factories import PASSWORD, World
from tests.test_participant_pages import ENROLMENT, at

Browser = Callable[[str], StrictClient]


class CountingHasher(MD5PasswordHasher):
    """Counts what costs time at a log-in."""

    algorithm = "counting"
    worked = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).worked += 1
        return super().encode(password, salt)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"])
def test_a_log_in_costs_the_same_work_whoever_exists(world: World, client: StrictClient):
    """A page that answers faster for an address that nobody has tells who is here."""
    person, closed = world.north.coordinator, world.north.reader
    closed.is_active = False
    for each in (person, closed):
        each.set_password("rätt lösenord i skogen")
        each.save()
    worked = {}
    for who, email in {"person": person.email, "closed": closed.email, "nobody": "ingen@example.org"}.items():
        CountingHasher.worked = 0
        answer = client.post("/logga-in/", {"username": email, "password": "fel lösenord i skogen"})
        worked[who] = (CountingHasher.worked, answer.status_code)
    assert worked == dict.fromkeys(worked, (1, 200))


def test_what_no_form_shows_is_not_read_from_a_form(world: World, coordinator: StrictClient):
    south = world.south
    more = {
        "federation": south.federation.pk,
        "initiative": south.first.pk,
        "by": south.coordinator.pk,
        "actor": south.coordinator.pk,
        "code": "AAA-AAA-A",
        "is_void": "on",
        "exit_on": "2025-09-30",
        "now": "2020-01-01",
        "pk": "1",
    }
    answer = coordinator.post(at("enrol", world.north.first), {**ENROLMENT, **more})
    assert answer.status_code == 302
    made = Participation.objects.get()
    assert (made.federation, made.initiative, made.exit_on) == (world.north.federation, world.north.first, None)
    assert (made.is_void, made.code == "AAA-AAA-A") == (False, False)
    act = AuditEvent.objects.latest("pk")
    assert act.actor == world.north.coordinator
    assert act.at.year > 2020


def test_a_profile_gives_nobody_more(world: World, coordinator: StrictClient):
    person = world.north.coordinator
    coordinator.post(
        "/min-profil/", {"language": "sv", "is_operator": "on", "email": "annan@example.org", "role": "office"}
    )
    person.refresh_from_db()
    assert not person.is_operator
    assert person.email != "annan@example.org"
    assert coordinator.get("/drift/").status_code == 403


SOURCES = [
    path
    for folder in ("finsam_tracker", "initiatives", "participants", "reports")
    for path in (settings.BASE_DIR / folder).rglob("*.py")
    if "migrations" not in path.parts
]
SPEAKS = re.compile(r"^\s*(?:import|from) (http\.client|urllib\.request|requests|httpx|aiohttp|socket)\b", re.MULTILINE)
MAY_SPEAK = {
    "finsam_tracker/core/login/organisation.py": {"requests"},  # for the errors of an organisation's own log-in
    "reports/finsam/transport.py": {"http.client", "socket"},
}


class TestNobodyTellsTheProgramWhomToCall:
    """Requests that a server is talked into making (SSRF). tests/test_finsam_delivery.py has the one that it makes."""

    def test_few_places_open_connections(self):
        found = {str(path.relative_to(settings.BASE_DIR)): set(SPEAKS.findall(path.read_text())) for path in SOURCES}
        assert {path: names for path, names in found.items() if names} == MAY_SPEAK
        assert SPEAKS.search("    from urllib.request import urlopen")

    def test_no_address_is_taken_from_anybody(self):
        typed = {path.name for path in SOURCES if re.search(r"\bURL(?:Form)?Field\(", path.read_text())}
        assert typed == {"paging.py"}  # the address of the next page, which is told and never read


@override_settings(
    SECURE_SSL_REDIRECT=True,
    SECURE_HSTS_SECONDS=31_536_000,
    SESSION_COOKIE_SECURE=True,
    CSRF_COOKIE_SECURE=True,
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
)
def test_a_deployments_pages_tell_browsers_to_be_strict(world: World):
    """As the settings are where there is TLS (tests/test_environment.py); the whole way in tests/test_deployment.py."""
    client, seen = StrictClient(), {"x-forwarded-proto": "https"}
    page = client.get("/logga-in/", headers=seen)
    assert "max-age=31536000" in page["Strict-Transport-Security"]
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert (page["X-Frame-Options"], page["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert page["Referrer-Policy"] == "same-origin"
    assert page.cookies["csrftoken"]["secure"]
    form = {"username": world.north.coordinator.email, "password": PASSWORD}
    session = client.post("/logga-in/", form, headers=seen).cookies["sessionid"]
    assert (session["secure"], session["httponly"], session["samesite"]) == (True, True, "Lax")
    assert client.get("/logga-in/")["Location"].startswith("https://")


def test_no_template_has_script_or_style_of_its_own():
    inline = re.compile(r"<script(?![^>]*\ssrc=)|<style|<[a-z][^>]*\s(?:style|on[a-z]+)=|javascript:", re.IGNORECASE)
    templates = [path for path in settings.BASE_DIR.rglob("templates/**/*.html") if ".venv" not in path.parts]
    assert len(templates) > 100
    assert [path.name for path in templates if inline.search(path.read_text())] == []


class TestKnownFaults:
    """``make check`` asks a database of known faults in packages, here one of our own."""

    @pytest.fixture
    def lock(self, tmp_path: Path) -> Path:
        lock = tmp_path / "lock.txt"
        lock.write_text(f"wcwidth==0.9.4 --hash=sha256:{'0' * 64}\n")
        return lock

    @pytest.fixture
    def database(self) -> Iterator[ThreadingHTTPServer]:
        with ThreadingHTTPServer(("127.0.0.1", 0), KnowsFaults) as server:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
            yield server
            server.shutdown()

    def test_a_fault_that_is_known_fails_and_none_does_not(
        self, lock: Path, database: ThreadingHTTPServer, capsys: pytest.CaptureFixture[str]
    ):
        service = ("--vulnerability-service=osv", f"--osv-url=http://127.0.0.1:{database.server_port}/")
        KnowsFaults.known = [FAULT]
        assert known_faults.main([], lock, [service]) == 1
        KnowsFaults.known = []
        assert known_faults.main(["--must"], lock, [service]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "Known faults: wcwidth 0.9.4 PYSEC-2026-1",
            "Asked about 1 packages: no known faults.",
        ]

    def test_where_nobody_answers_it_says_so_aloud_and_fails_only_where_it_must(
        self, lock: Path, capsys: pytest.CaptureFixture[str]
    ):
        nobody = ("--vulnerability-service=osv", "--osv-url=http://127.0.0.1:9/")
        assert known_faults.main([], lock, [nobody]) == 0
        assert "!! NOT ASKED" in capsys.readouterr().out
        skipped = known_faults.read('{"dependencies": [{"name": "x", "skip_reason": "not found"}]}')
        assert (skipped.code(must=False), skipped.code(must=True)) == (0, 1)
        assert "NOT ASKED" in skipped.sentence


FAULT = {
    "id": "PYSEC-2026-1",
    "summary": "Made up",
    "affected": [
        {
            "package": {"name": "wcwidth", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1"}]}],
        }
    ],
}


class KnowsFaults(BaseHTTPRequestHandler):
    """Answers as https://api.osv.dev does."""

    known: list[object] = []

    def log_message(self, *_args: object) -> None:
        """Nothing."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"vulns": self.known} if self.known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_every_test_that_the_security_page_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (settings.BASE_DIR / "SECURITY.md").read_text()))
    assert len(named) > 10
    assert [name for name in named if not (settings.BASE_DIR / "tests" / f"{name}.py").is_file()] == []
