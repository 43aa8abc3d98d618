"""Every route of the REST interface, on one page. Addresses change only together with the version before them."""

from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.urlpatterns import format_suffix_patterns

from finsam_tracker.core.api import FederationsView, LoginView, LogoutView, NowhereView, private
from initiatives.activity_api import ActivitiesView
from initiatives.api import CodeListsView, InitiativesView, InitiativeView
from participants.api.acts import ExitView, FollowUpView, ReopenView, StepView, TakeBackView, VoidView
from participants.api.advisory import AdvisoryContactsView
from participants.api.bulk import BulkView
from participants.api.export import ExportView
from participants.api.views import ParticipationsView, ParticipationView
from reports.api.finsam import FinsamExportView
from reports.api.publications import PublicationFileView, PublicationsView, PublicationView
from reports.api.tables import TablesView, TableView

FEDERATION = "federations/<slug:federation>/"
TABLES = f"{FEDERATION}tables/"
PUBLICATIONS = f"{FEDERATION}publications/"
INITIATIVES = f"{FEDERATION}initiatives/"
ROWS = f"{INITIATIVES}<slug:initiative>/participations/"
ROW = f"{ROWS}<str:code>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", private(SpectacularAPIView.as_view()), name="api-schema"),
    path("login", private(LoginView.as_view()), name="api-login"),
    path("logout", private(LogoutView.as_view()), name="api-logout"),
    path("federations/", private(FederationsView.as_view()), name="api-federations"),
    path(f"{FEDERATION}code-lists/", private(CodeListsView.as_view()), name="api-code-lists"),
    path(TABLES, private(TablesView.as_view()), name="api-tables"),
    *format_suffix_patterns([path(f"{TABLES}<slug:table>", private(TableView.as_view()), name="api-table")]),
    path(PUBLICATIONS, private(PublicationsView.as_view()), name="api-publications"),
    path(f"{PUBLICATIONS}<slug:code>/", private(PublicationView.as_view()), name="api-publication"),
    path(
        f"{PUBLICATIONS}<slug:code>/<slug:stem>.<slug:extension>",
        private(PublicationFileView.as_view()),
        name="api-publication-file",
    ),
    path(f"{FEDERATION}activities/", private(ActivitiesView.as_view()), name="api-activities"),
    *format_suffix_patterns(
        [
            path(
                "finsam-export/<slug:federation>/<int:year>",
                private(FinsamExportView.as_view()),
                name="api-finsam-export",
            )
        ]
    ),
    path(INITIATIVES, private(InitiativesView.as_view()), name="api-initiatives"),
    path(f"{INITIATIVES}<slug:initiative>/", private(InitiativeView.as_view()), name="api-initiative"),
    path(
        f"{INITIATIVES}<slug:initiative>/advisory-contacts/<str:month>",
        private(AdvisoryContactsView.as_view()),
        name="api-advisory-contacts",
    ),
    # Registrations. "bulk" and "export" are no codes: a code has a check character and hyphens.
    path(ROWS, private(ParticipationsView.as_view()), name="api-participations"),
    path(f"{ROWS}bulk", private(BulkView.as_view()), name="api-bulk"),
    path(f"{ROWS}export", private(ExportView.as_view()), name="api-export"),
    path(ROW, private(ParticipationView.as_view()), name="api-participation"),
    path(f"{ROW}exit", private(ExitView.as_view()), name="api-exit"),
    path(f"{ROW}reopen", private(ReopenView.as_view()), name="api-reopen"),
    path(f"{ROW}void", private(VoidView.as_view()), name="api-void"),
    path(f"{ROW}steps/<str:on>", private(StepView.as_view()), name="api-step"),
    path(f"{ROW}steps/<str:on>/take-back", private(TakeBackView.as_view()), name="api-take-back"),
    path(f"{ROW}follow-ups/<int:months>", private(FollowUpView.as_view()), name="api-follow-up"),
    re_path("", private(NowhereView.as_view()), name="api-nowhere"),
]
