"""How many requests there are, how they end and how long they take: counted, and a line in the log for each.

Each web process writes its counts into a file of its own in ``PROMETHEUS_MULTIPROC_DIR``, where any of them reads the
sum (``docker/start-web`` makes the folder). Without it there is one process, which counts for itself.
"""

import logging
import os
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from finsam_tracker.logs import route_of

Responder = Callable[[HttpRequest], HttpResponseBase]
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Anybody may invent a method; each would be a series of its own."""

logger = logging.getLogger("finsam_tracker.requests")
_own = CollectorRegistry()
REQUESTS = Counter(
    "finsam_requests", "Requests by page, method and status", ["page", "method", "status"], registry=_own
)
DURATION = Histogram("finsam_request_seconds", "Time until the answer", ["page"], buckets=SECONDS, registry=_own)


def request_registry() -> CollectorRegistry:
    """What all web processes of this machine have counted."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return _own
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def watch_requests(get_response: Responder) -> Responder:
    """Middleware: counts the request and writes its line, with the page's name and never its address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        answer = get_response(request)
        _note(request, answer.status_code, time.perf_counter() - began)
        return answer

    return middleware


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    match = request.resolver_match
    page = match.view_name or "unnamed" if match else "unknown"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(page, method, str(status)).inc()
    DURATION.labels(page).observe(seconds)
    told = {"method": method, "route": f"/{route_of(request)}", "status": status, "ms": round(seconds * 1000)}
    logger.info("request", extra={"told": told})
