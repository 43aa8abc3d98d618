"""Those who use the deployment while its parts are killed, and the ledger of what they were told is saved."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from uuid import uuid4

import psycopg

from tests.deployment import Browser, Deployment
from tests.drills.pages import FORM, hidden
from tests.factories import PASSWORD

PATIENCE = 180
"""Seconds after which somebody who tries again and again gives up, and the drill fails."""
AWAY = (OSError, HTTPException, psycopg.OperationalError)
API = "/api/v1/federations/norra/initiatives/norra-1/participations/"
FORMS = "/forbund/norra/insatser/norra-1/deltaganden/"
FILES = "/forbund/sodra/insatser/sodra-1/deltaganden/filer/"
PUBLICATIONS = "/forbund/norra/publikationer/"
EXIT = {"exit_on": "2025-09-30", "exit_reason": "moved", "work_after": None}


@dataclass
class Ledger:
    """What was acknowledged, by code; how long the longest wait was; what was answered instead; how often an error page
    had kept what was typed, and how often not."""

    by_machines: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    by_forms: set[str] = field(default_factory=set)
    longest: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    files: int = 0
    rows: int = 0
    published: dict[int, str] = field(default_factory=dict)
    """The fingerprint of each publication that was acknowledged, by number."""
    kept: int = 0
    forgotten: int = 0

    @property
    def acknowledged(self) -> int:
        return len(self.by_machines) + len(self.ended) + len(self.by_forms)


def until_done(ledger: Ledger, act: Callable[[], tuple[int, str]], good: Callable[[int, str], bool]) -> str:
    """Asks until the answer is good, as a program or a stubborn person does; notes the wait and the other answers."""
    began = time.monotonic()
    while True:
        try:
            status, page = act()
            told = str(status)
        except AWAY as error:
            status, page, told = 0, "", type(error).__name__
        if good(status, page):
            break
        ledger.answers[told] += 1
        assert time.monotonic() < began + PATIENCE, f"{told}: {page[:2000]}"
        time.sleep(0.1)
    ledger.longest = max(ledger.longest, time.monotonic() - began)
    return page


@dataclass
class Machine:
    """A system with an API key: each request with an idempotency key, sent again until it is acknowledged."""

    web: Browser
    secret: str
    ledger: Ledger

    def save(self) -> None:
        number = len(self.ledger.by_machines)
        body = {"gender": "woman", "start_on": "2025-03-10", "birth_year": 1950 + number % 50}
        code = str(self._send(API, body, 201)["code"])
        self.ledger.by_machines.add(code)
        if number % 2:
            self._send(f"{API}{code}/exit", EXIT, 200)
            self.ledger.ended.add(code)

    def _send(self, path: str, body: Mapping[str, object], status: int) -> dict[str, object]:
        key, sent = str(uuid4()), json.dumps(body)

        def ask() -> tuple[int, str]:
            told = {"Authorization": f"Api-Key {self.secret}", "Idempotency_Key": key}
            return self.web.ask("POST", path, sent, Content_Type="application/json", **told)[:2]

        answer: dict[str, object] = json.loads(until_done(self.ledger, ask, lambda got, _page: got == status))
        return answer


class LoggedIn(Browser):
    """Somebody who logs in whenever there is no session; meanwhile no page is the one that was asked for."""

    def __init__(self, port: int, email: str) -> None:
        super().__init__(port)
        self.email = email

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        status, page, told = self.ask("GET", path, **headers)
        if not told.get("Location", "").startswith(LOG_IN):
            return status, page
        status, page, _told = self.ask("GET", LOG_IN)
        if status == OK:
            status, page = send_form(self, LOG_IN, page, {"username": self.email, "password": PASSWORD})
        return super().get(path, **headers) if status == FOUND else (status, page)


@dataclass
class Person:
    """A coordinator at the form, who sends it again until it is saved: with the button of an error page that has kept
    what was typed, or where there was none at all by going back. However often it is sent, it enrols once."""

    web: LoggedIn
    ledger: Ledger
    page: str = ""

    def save(self) -> None:
        self._open()
        where = until_done(self.ledger, self._send, lambda got, to: got == FOUND and to.startswith(FORMS))
        self.ledger.by_forms.add(where.removeprefix(FORMS).strip("/"))
        until_done(self.ledger, lambda: self.web.get(where), lambda got, _page: got == OK)

    def _open(self) -> None:
        self.page = until_done(self.ledger, lambda: self.web.get(ENROL), lambda got, _page: got == OK)

    def _send(self) -> tuple[int, str]:
        status, answer = send_form(self.web, ENROL, self.page, FORM)
        if status in TROUBLES:
            self._look_for_what_was_typed(answer)
        elif answer.startswith(LOG_IN):
            self._open()
        return status, answer

    def _look_for_what_was_typed(self, page: str) -> None:
        """The page's own hidden fields are sent next, if they are what was typed."""
        typed = {name: value[0] if isinstance(value, list) else value for name, value in FORM.items()}
        if hidden(page).items() >= {**typed, "ticket": hidden(self.page)["ticket"]}.items():
            self.ledger.kept += 1
            self.page = page
        else:
            self.ledger.forgotten += 1


OK, FOUND, TROUBLES = 200, 302, (500, 503)
LOG_IN, ENROL = "/logga-in/", f"{FORMS}skriv-in/"


def send_form(web: Browser, path: str, page: str, fields: Mapping[str, object]) -> tuple[int, str]:
    """Sends a page's form with its hidden fields. Returns the status, and where it leads or the page."""
    told = hidden(page)
    assert "csrfmiddlewaretoken" in told, page
    boundary, parts = uuid4().hex, []
    for name, value in {**told, **fields}.items():
        for one in value if isinstance(value, list) else [value]:
            more = '; filename="filen.xlsx"' if isinstance(one, bytes) else ""
            content = one if isinstance(one, bytes) else str(one).encode()
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
            parts += [head.encode(), content, b"\r\n"]
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    status, answer, told = web.ask("POST", path, body, Content_Type=f"multipart/form-data; boundary={boundary}")
    return status, told.get("Location") or answer


def is_done(status: int, where: str) -> bool:
    """Whether a form led on, and not to log-in because the session had ended."""
    return status == FOUND and not where.startswith(LOG_IN)


def send_stubbornly(ledger: Ledger, web: Browser, path: str, of: str, fields: Mapping[str, object]) -> str:
    """Opens a page and sends its form until that leads somewhere. Returns where to."""

    def ask() -> tuple[int, str]:
        status, page = web.get(path)
        return send_form(web, of, page, fields) if status == 200 else (status, page)

    return until_done(ledger, ask, is_done)


def import_file(deployment: Deployment, web: Browser, ledger: Ledger, file: bytes, rows: int) -> None:
    """Sends a large file in, looks at it, says yes, and waits until it is read in; where it says so, sends it again."""
    state = ""
    while state != "done":
        assert state in ("", "failed", "ready"), state
        where = send_stubbornly(ledger, web, FILES, FILES, {"file": file})
        number = where.removeprefix(FILES).strip("/")
        if (state := _settled(deployment, number, "ready")) == "ready":
            state = _confirmed(deployment, web, ledger, number)
    ledger.files += 1
    ledger.rows += rows


def _confirmed(deployment: Deployment, web: Browser, ledger: Ledger, number: str) -> str:
    """Yes, until the yes has arrived: the answer may have been lost and the yes not."""

    def ask() -> tuple[int, str]:
        if _state(deployment, number) != "ready":
            return 302, ""
        status, page = web.get(f"{FILES}{number}/")
        return send_form(web, f"{FILES}{number}/las-in/", page, {}) if status == 200 else (status, page)

    until_done(ledger, ask, is_done)
    return _settled(deployment, number, "done")


def _state(deployment: Deployment, number: str) -> str:
    return str(deployment.rows(f"SELECT state FROM participants_import WHERE id = {int(number)}")[0][0])  # noqa: S608


def _settled(deployment: Deployment, number: str, wanted: str) -> str:
    until, state = time.monotonic() + PATIENCE, ""
    while state not in (wanted, "failed"):
        assert time.monotonic() < until, f"import {number}: {state} and not {wanted}"
        time.sleep(0.2)
        try:
            state = _state(deployment, number)
        except AWAY:
            continue
    return state


class Crew:
    """Threads that work until they are told to stop, or have done what they do once; the first error is raised then."""

    def __init__(self, *savers: Callable[[], object]) -> None:
        self.stopped, self.errors = threading.Event(), list[BaseException]()
        self.threads = [threading.Thread(target=self._work, args=(save,), daemon=True) for save in savers]
        for thread in self.threads:
            thread.start()

    def _work(self, save: Callable[[], object]) -> None:
        try:
            while not self.stopped.wait(0.15):
                save()
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - raised again where somebody waits
            self.errors.append(error)

    @property
    def is_at_work(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)

    def stop(self) -> None:
        self.stopped.set()
        self.join()

    def join(self) -> None:
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise self.errors[0]


def once(act: Callable[[], object]) -> Callable[[], object]:
    """For a crew: done once and not again."""

    def do() -> None:
        act()
        raise StopIteration

    return do
