"""Every route, on one page."""

from django.urls import URLPattern, URLResolver, include, path

from finsam_tracker.core import views as core
from participants.views.start import start
from reports.urls import initiative_urlpatterns

FEDERATION = "forbund/<slug:federation>/"
INITIATIVE = f"{FEDERATION}insatser/<slug:initiative>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("logga-in/", core.log_in, name="login"),
    path("logga-ut/", core.log_out, name="logout"),
    path("vem-far-gora-vad/", core.roles, name="roles"),
    path("drift/", core.operations, name="operations"),
    path(f"{INITIATIVE}deltaganden/", include("participants.urls")),
    # The statistics of a federation, and of one initiative.
    path(f"{FEDERATION}statistik/", include("reports.urls")),
    path(f"{INITIATIVE}statistik/", include(initiative_urlpatterns)),
    path("api/v1/", include("finsam_tracker.api")),
]
