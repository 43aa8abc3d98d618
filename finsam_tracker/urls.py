"""Every route, on one page."""

from django.urls import URLPattern, URLResolver, include, path

from finsam_tracker.access_log.views import access_log
from finsam_tracker.clients.urls import initiative_urlpatterns as keys_of_initiative
from finsam_tracker.core import views as core
from finsam_tracker.core.api_docs import api_documentation
from finsam_tracker.watch import views as watch
from initiatives.people.views.invited import invitation
from initiatives.people.views.office import offices, renew_office
from participants.views.advisory import advisory_contacts
from participants.views.my_initiative import my_initiative
from participants.views.quality import initiative_quality
from participants.views.start import start
from reports.urls import (
    checked_urlpatterns,
    finsam_urlpatterns,
    initiative_status_report_urlpatterns,
    initiative_urlpatterns,
    publication_urlpatterns,
    published_urlpatterns,
    status_report_urlpatterns,
    thinning_urlpatterns,
)
from reports.views.glance import glance, initiative_glance
from reports.views.quality import federation_quality

handler500 = "finsam_tracker.core.views.fault"
FEDERATION = "forbund/<slug:federation>/"
INITIATIVE = f"{FEDERATION}insatser/<slug:initiative>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("", include("finsam_tracker.core.login.urls")),
    path("min-profil/", core.profile, name="profile"),
    path("min-profil/byt-losenord/", core.change_password, name="change_password"),
    path("paminnelser/av/<str:token>/", core.reminders_off, name="reminders_off"),
    path("vem-far-gora-vad/", core.roles, name="roles"),
    path("inbjudan/<str:token>/", invitation, name="invitation"),
    path("drift/", watch.operations, name="operations"),
    path("halsa/", watch.alive, name="alive"),
    path("redo/", watch.ready, name="ready"),
    path("matt/", watch.metrics, name="metrics"),
    path(FEDERATION, glance, name="glance"),
    path("drift/kanslier/", offices, name="offices"),
    path("drift/kanslier/<int:asked>/skicka/", renew_office, name="renew_office"),
    path(f"{FEDERATION}personer/", include("initiatives.people.urls")),
    path(f"{FEDERATION}atkomstlogg/", access_log, name="access_log"),
    path(INITIATIVE, my_initiative, name="my_initiative"),
    path(f"{INITIATIVE}deltaganden/", include("participants.urls")),
    path(f"{INITIATIVE}radgivande-samtal/", advisory_contacts, name="advisory_contacts"),
    path(f"{INITIATIVE}kvalitet/", initiative_quality, name="initiative_quality"),
    path(f"{FEDERATION}kvalitet/", federation_quality, name="federation_quality"),
    path(f"{FEDERATION}aktiviteter/", include("initiatives.activity_urls")),
    path(f"{FEDERATION}installningar/mal/", include("initiatives.goal_urls")),
    path(f"{FEDERATION}installningar/", include("initiatives.urls")),
    path(f"{INITIATIVE}lage/", initiative_glance, name="initiative_glance"),
    # The statistics of a federation, and of one initiative.
    path(f"{FEDERATION}statistik/", include("reports.urls")),
    path(f"{INITIATIVE}statistik/", include(initiative_urlpatterns)),
    path(f"{FEDERATION}lagesrapporter/", include(status_report_urlpatterns)),
    path(f"{INITIATIVE}lagesrapporter/", include(initiative_status_report_urlpatterns)),
    path(f"{FEDERATION}api-nycklar/", include("finsam_tracker.clients.urls")),
    path(f"{INITIATIVE}api-nycklar/", include(keys_of_initiative)),
    path("api-dokumentation/", api_documentation, name="api_documentation"),
    path(f"{FEDERATION}gallring/", include(thinning_urlpatterns)),
    path(f"{FEDERATION}uppfoljning-finsam/", include(finsam_urlpatterns)),
    path(f"{FEDERATION}publikationer/", include(publication_urlpatterns)),
    # For everybody who holds a page of a publication, without log-in.
    path("publicerat/", include(published_urlpatterns)),
    path("kontroll/<str:code>/", include(checked_urlpatterns)),
    path("api/v1/", include("finsam_tracker.api")),
]
