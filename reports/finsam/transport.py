"""One request to the one receiver that the operator has named, and what came back. Nothing here knows of figures.

The standard library's client, since it does so little: it follows no redirect, reads no proxy or password from the
environment, keeps no cookies and verifies certificates. What it lacks is a time limit for the whole, which is here.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LARGEST_ANSWER = 64 * 1024
"""Bytes; a receipt has a few hundred."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Problem(StrEnum):
    """Why figures did not arrive."""

    NO_ADDRESS = "no_address"
    NO_ANSWER = "no_answer"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    REDIRECT = "redirect"
    REFUSED = "refused"
    BUSY = "busy"
    FAULT = "fault"
    HALF = "half"
    TOO_LARGE = "too_large"
    NO_RECEIPT = "no_receipt"
    WRONG_RECEIPT = "wrong_receipt"

    @property
    def sentence(self) -> str:
        return str(_SENTENCES[self])

    @property
    def is_final(self) -> bool:
        """Whether the same request again could not end otherwise."""
        return self in (Problem.NO_ADDRESS, Problem.REDIRECT, Problem.REFUSED)


_SENTENCES: Mapping[Problem, str | Promise] = {
    Problem.NO_ADDRESS: _("Ingen adress att sända till är inställd. Kontakta driften."),
    Problem.NO_ANSWER: _("Mottagaren svarade inte, eller bröt förbindelsen."),
    Problem.TIMEOUT: _("Mottagaren svarade inte i tid."),
    Problem.CERTIFICATE: _("Mottagarens certifikat kunde inte godkännas, så inget sändes. Kontakta driften."),
    Problem.REDIRECT: _("Mottagaren hänvisade till en annan adress. Dit sänds inget. Kontakta driften."),
    Problem.REFUSED: _("Mottagaren tog inte emot underlaget. Kontakta driften."),
    Problem.BUSY: _("Mottagaren bad oss vänta."),
    Problem.FAULT: _("Det blev fel hos mottagaren."),
    Problem.HALF: _("Bara en del av svaret kom fram."),
    Problem.TOO_LARGE: _("Svaret var för stort för att vara ett kvitto."),
    Problem.NO_RECEIPT: _("Svaret gick inte att läsa som ett kvitto."),
    Problem.WRONG_RECEIPT: _("Kvittot gäller något annat än det som sändes."),
}


class NotDeliveredError(Exception):
    """The request did not do what it should; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    body: bytes


def has_address() -> bool:
    """Whether an operator has named a receiver."""
    return bool(settings.DELIVERY_URL)


@dataclass
class _Watch:
    """The socket that is cut when the time is over. The client lets go of its own before the answer is read."""

    is_over: Event
    sock: socket.socket | None = None

    def cut(self) -> None:
        self.is_over.set()
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send the body to the receiver and read the answer. Raises NotDeliveredError."""
    address = _address()
    path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
    connection = _connection(address)
    with _in_time(connection) as watch:
        try:
            answer = _exchange(connection, watch, path, body, headers)
        except NotDeliveredError:
            if not watch.is_over.is_set():
                raise
        else:
            if not watch.is_over.is_set():
                return answer
    # What was cut here looks like a fault of theirs, or even like an answer.
    raise NotDeliveredError(Problem.TIMEOUT)


def _exchange(connection: HTTPConnection, watch: _Watch, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        connection.connect()
        watch.sock = connection.sock
        if watch.is_over.is_set():
            raise NotDeliveredError(Problem.TIMEOUT)
        connection.request("POST", path, body, dict(headers))
        return _read(connection.getresponse())
    except ssl.SSLCertVerificationError as error:
        raise NotDeliveredError(Problem.CERTIFICATE) from error
    except TimeoutError as error:
        raise NotDeliveredError(Problem.TIMEOUT) from error
    except (OSError, HTTPException, ValueError) as error:
        raise NotDeliveredError(Problem.NO_ANSWER) from error


def _address() -> SplitResult:
    address = urlsplit(settings.DELIVERY_URL)
    is_test = settings.DELIVERY_HTTP_TO_LOOPBACK and address.scheme == "http" and address.hostname in LOOPBACK
    if not address.hostname or not (address.scheme == "https" or is_test):
        raise NotDeliveredError(Problem.NO_ADDRESS)
    return address


def _connection(address: SplitResult) -> HTTPConnection:
    host, seconds = str(address.hostname), settings.DELIVERY_SILENCE_SECONDS
    if address.scheme == "http":
        return HTTPConnection(host, address.port, timeout=seconds)
    context = ssl.create_default_context(cafile=settings.DELIVERY_CA or None)
    return HTTPSConnection(host, address.port, timeout=seconds, context=context)


@contextmanager
def _in_time(connection: HTTPConnection) -> Iterator[_Watch]:
    """Cut the connection when its time is over: a byte now and then would keep it open for ever."""
    watch = _Watch(Event())
    timer = Timer(settings.DELIVERY_DEADLINE_SECONDS, watch.cut)
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        timer.join()
        connection.close()


def _read(response: HTTPResponse) -> Answer:
    try:
        body = response.read(LARGEST_ANSWER + 1)
    except HTTPException as error:
        raise NotDeliveredError(Problem.HALF) from error
    if len(body) > LARGEST_ANSWER:
        raise NotDeliveredError(Problem.TOO_LARGE)
    if response.length:  # what the header promised and did not come
        raise NotDeliveredError(Problem.HALF)
    return Answer(response.status, body)
