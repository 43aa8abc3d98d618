"""The addresses that machines ask about the system's health, and the operator's page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from finsam_tracker.core.models import Federation, JobRun, acting_user
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from finsam_tracker.watch.health import CAN_WAIT, NEEDS, missing_from
from finsam_tracker.watch.metrics import registry_of
from finsam_tracker.watch.requests import request_registry
from finsam_tracker.watch.schedule import scheduled_jobs

LATEST_RUNS = 50
NOT_READY = 503


@login_not_required
@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """This process answers; it asks nothing of anybody, so that a database that is away restarts no web process."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Whether requests may be sent here; otherwise what is missing, by name and no more."""
    if missing := missing_from(NEEDS):
        return HttpResponse(f"missing: {', '.join(missing)}\n", content_type="text/plain", status=NOT_READY)
    without = "".join(f", without {name}" for name in missing_from(CAN_WAIT))
    return HttpResponse(f"ok{without}\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures about the running system, for Prometheus. Who does not show the token finds nothing here."""
    shown = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(shown, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    told = generate_latest(request_registry()) + generate_latest(registry_of(timezone.now()))
    return HttpResponse(told, content_type=CONTENT_TYPE_LATEST)


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """What an operator looks after: federations and jobs, no rows and no figures."""
    user = acting_user(request.user)
    allow(user, Permission.RUN_JOBS)
    shown = {
        "federations": Federation.objects.operated_by(user),
        "scheduled": scheduled_jobs(timezone.now()),
        "runs": JobRun.objects.visible_to(user).select_related("federation")[:LATEST_RUNS],
    }
    return render(request, "core/operations.html", shown)
