"""Addresses of the statistics, under a federation or one of its initiatives."""

from django.urls import path

from reports import views

urlpatterns = [
    path("", views.statistics, name="statistics"),
    path("rakna-om/", views.refresh_tables, name="refresh_tables"),
    path("alla.xlsx", views.download_all, name="download_all_tables"),
    path("<slug:key>/sa-raknas/", views.definition, name="table_definition"),
    path("<slug:key>.<str:extension>", views.download, name="download_table"),
]
initiative_urlpatterns = [
    path("", views.initiative_statistics, name="initiative_statistics"),
]
