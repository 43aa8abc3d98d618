"""Addresses of the statistics, under a federation or one of its initiatives."""

from django.urls import path

from reports import views, views_of_changes, views_of_figures, views_of_thinning

urlpatterns = [
    path("", views.statistics, name="statistics"),
    path("rakna-om/", views.refresh_tables, name="refresh_tables"),
    path("andringar/", views_of_changes.what_changed, name="what_changed"),
    path("alla.xlsx", views.download_all, name="download_all_tables"),
    path("<slug:key>/sa-raknas/", views.definition, name="table_definition"),
    path("<slug:key>/bakom/", views_of_figures.figure, name="figure"),
    path("<slug:key>.<str:extension>", views.download, name="download_table"),
]
thinning_urlpatterns = [
    path("", views_of_thinning.retention, name="retention"),
    path("<int:thinning>/stoppa/", views_of_thinning.stop_thinning, name="stop_thinning"),
    path("<int:thinning>/planera-igen/", views_of_thinning.resume_thinning, name="resume_thinning"),
]
initiative_urlpatterns = [
    path("", views.initiative_statistics, name="initiative_statistics"),
    path("<slug:key>/bakom/", views_of_figures.initiative_figure, name="initiative_figure"),
]
