"""Addresses of the statistics, under a federation or one of its initiatives."""

from django.urls import path

from reports import (
    views,
    views_of_changes,
    views_of_drafts,
    views_of_figures,
    views_of_publications,
    views_of_published,
    views_of_thinning,
)

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
publication_urlpatterns = [
    path("", views_of_publications.publications, name="publications"),
    path("ny/", views_of_drafts.new_publication, name="new_publication"),
    path("<int:publication>/", views_of_publications.publication, name="publication"),
    path("<int:publication>/utkast/", views_of_drafts.draft, name="draft"),
    path("<int:publication>/texter/", views_of_drafts.publication_texts, name="publication_texts"),
    path("<int:publication>/rakna-om/", views_of_drafts.prepare_publication, name="prepare_publication"),
    path("<int:publication>/publicera/", views_of_drafts.publish_publication, name="publish_publication"),
    path("<int:publication>/ta-bort/", views_of_drafts.discard_publication, name="discard_publication"),
    path("<int:publication>/ny-utgava/", views_of_drafts.new_edition, name="new_edition"),
    path("<int:publication>/lank/", views_of_publications.publication_link, name="publication_link"),
    path(
        "<int:publication>/<slug:stem>.<slug:extension>",
        views_of_publications.publication_file,
        name="publication_file",
    ),
]
published_urlpatterns = [
    path("<str:code>/", views_of_published.published, name="published"),
    path("<str:code>/<slug:stem>.<slug:extension>", views_of_published.published_file, name="published_file"),
]
