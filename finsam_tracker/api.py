"""Every route of the REST interface, on one page. Addresses change only together with the version before them."""

from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.urlpatterns import format_suffix_patterns

from finsam_tracker.core.api import FederationsView, LoginView, LogoutView, NowhereView, private
from reports.api import TablesView, TableView

TABLES = "federations/<slug:federation>/tables/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", private(SpectacularAPIView.as_view()), name="api-schema"),
    path("login", private(LoginView.as_view()), name="api-login"),
    path("logout", private(LogoutView.as_view()), name="api-logout"),
    path("federations/", private(FederationsView.as_view()), name="api-federations"),
    path(TABLES, private(TablesView.as_view()), name="api-tables"),
    *format_suffix_patterns([path(f"{TABLES}<slug:table>", private(TableView.as_view()), name="api-table")]),
    re_path("", private(NowhereView.as_view()), name="api-nowhere"),
]
