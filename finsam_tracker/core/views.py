"""Log-in, and the pages that belong to no federation."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from finsam_tracker.core.forms import LoginForm
from finsam_tracker.core.models import Federation, JobRun, acting_user
from finsam_tracker.core.permissions import ROLES, Permission
from finsam_tracker.core.tenancy import allow

LATEST_RUNS = 50

log_in = auth.LoginView.as_view(
    template_name="core/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
)
log_out = auth.LogoutView.as_view()


@login_not_required
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what, from the declarations that also decide it."""
    return render(request, "core/roles.html", {"roles": ROLES.values(), "permissions": list(Permission)})


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """What an operator looks after: federations and jobs, no rows and no figures."""
    user = acting_user(request.user)
    allow(user, Permission.RUN_JOBS)
    runs = JobRun.objects.visible_to(user).select_related("federation")
    shown = {"federations": Federation.objects.operated_by(user), "runs": runs[:LATEST_RUNS]}
    return render(request, "core/operations.html", shown)
