"""Addresses of a federation's settings, under ``forbund/<federation>/installningar/``."""

from django.urls import path

from initiatives.views.settings import bands, federation, groups, initiatives, lists, money, parameters
from initiatives.views.settings.overview import overview

urlpatterns = [
    path("", overview, name="settings"),
    path("forbundet/", federation.change_federation, name="settings_federation"),
    path("lagesrapporter/", federation.status_reports, name="settings_status_reports"),
    path("parter/", federation.parties, name="settings_parties"),
    path("parter/ny/", federation.new_party, name="settings_new_party"),
    path("parter/<int:pk>/", federation.change_party, name="settings_party"),
    path("parter/<int:pk>/ta-bort/", federation.remove_party, name="settings_remove_party"),
    path("kommuner/", federation.municipalities, name="settings_municipalities"),
    path("kommuner/+ny/", federation.new_municipality, name="settings_new_municipality"),
    path("kommuner/<slug:code>/", federation.change_municipality, name="settings_municipality"),
    path("kommuner/<slug:code>/ta-bort/", federation.remove_municipality, name="settings_remove_municipality"),
    path("insatser/", initiatives.initiatives, name="settings_initiatives"),
    path("insatser/+ny/", initiatives.new_initiative, name="settings_new_initiative"),
    path("insatser/<slug:initiative>/", initiatives.show_initiative, name="settings_initiative"),
    path("insatser/<slug:initiative>/andra/", initiatives.change_initiative, name="settings_change_initiative"),
    path("insatser/<slug:initiative>/orsaker/", initiatives.change_reasons, name="settings_reasons"),
    path("insatser/<slug:initiative>/uppfoljning/", initiatives.change_follow_ups, name="settings_follow_ups"),
    path("utfallsgrupper/", groups.groups, name="settings_groups"),
    path("utfallsgrupper/+ny/", groups.new_group, name="settings_new_group"),
    path("utfallsgrupper/<slug:code>/", groups.change_group, name="settings_group"),
    path("listor/<slug:kind>/", lists.show_list, name="settings_list"),
    # No code holds a plus sign, so none is taken for the page of a new one.
    path("listor/<slug:kind>/+ny/", lists.new_item, name="settings_new_item"),
    path("listor/<slug:kind>/<slug:code>/", lists.change_item, name="settings_item"),
    path("listor/<slug:kind>/<slug:code>/avsluta/", lists.end_item, name="settings_end_item"),
    path("listor/<slug:kind>/<slug:code>/oppna-igen/", lists.reopen_item, name="settings_reopen_item"),
    path("listor/<slug:kind>/<slug:code>/ta-bort/", lists.remove_item, name="settings_remove_item"),
    path("listor/<slug:kind>/<slug:code>/flytta/", lists.move_item, name="settings_move_item"),
    path("klasser/", bands.bands, name="settings_bands"),
    path("klasser/<slug:kind>/", bands.change_bands, name="settings_band"),
    path("pengar/", money.money, name="settings_money"),
    path("pengar/<int:year>/medel/", money.change_year, name="settings_year"),
    path("pengar/<int:year>/kommuner/", money.change_inhabitants, name="settings_inhabitants"),
    path("pengar/<int:year>/insatser/", money.change_budgets, name="settings_budgets"),
    path("antaganden/", parameters.parameters, name="settings_parameters"),
    path("antaganden/<slug:key>/", parameters.parameter, name="settings_parameter"),
    path("antaganden/<slug:key>/<str:on>/", parameters.correct_parameter, name="settings_correct_parameter"),
    path("antaganden/<slug:key>/<str:on>/ta-bort/", parameters.remove_parameter, name="settings_remove_parameter"),
]
