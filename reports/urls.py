"""Addresses of the statistics, under a federation or one of its initiatives."""

from django.urls import path

from reports.views import (
    changes,
    document_check,
    drafts,
    figures,
    files,
    finsam,
    finsam_sending,
    house_style,
    publications,
    published,
    schedules,
    statistics,
    status_reports,
    thinning,
)
from reports.views import initiative_status_reports as own

urlpatterns = [
    path("", statistics.statistics, name="statistics"),
    path("rakna-om/", statistics.refresh_tables, name="refresh_tables"),
    path("andringar/", changes.what_changed, name="what_changed"),
    path("alla.xlsx", files.download_all, name="download_all_tables"),
    path("<slug:key>/sa-raknas/", statistics.definition, name="table_definition"),
    path("<slug:key>/bakom/", figures.figure, name="figure"),
    path("<slug:key>.<str:extension>", files.download, name="download_table"),
]
thinning_urlpatterns = [
    path("", thinning.retention, name="retention"),
    path("<int:thinning>/stoppa/", thinning.stop_thinning, name="stop_thinning"),
    path("<int:thinning>/planera-igen/", thinning.resume_thinning, name="resume_thinning"),
]
initiative_urlpatterns = [
    path("", statistics.initiative_statistics, name="initiative_statistics"),
    path("alla.xlsx", files.initiative_download_all, name="initiative_download_all_tables"),
    path("<slug:key>/bakom/", figures.initiative_figure, name="initiative_figure"),
    path("<slug:key>.<str:extension>", files.initiative_download, name="initiative_download_table"),
]
publication_urlpatterns = [
    path("", publications.publications, name="publications"),
    path("ny/", drafts.new_publication, name="new_publication"),
    # When the reports are drafted, of which sections, and how they look.
    path("schema/", schedules.schedules, name="schedules"),
    path("schema/nytt/", schedules.new_schedule, name="new_schedule"),
    path("schema/<int:schedule>/", schedules.change_schedule, name="change_schedule"),
    path("schema/<int:schedule>/ta-bort/", schedules.remove_schedule, name="remove_schedule"),
    path("schema/<int:schedule>/kor/", schedules.run_schedule, name="run_schedule"),
    path("avsnitt/", house_style.reports_to_arrange, name="reports_to_arrange"),
    path("avsnitt/<slug:template>/", house_style.arrange_report, name="arrange_report"),
    path("utseende/", house_style.house_style, name="house_style"),
    path("utseende/logotyp/ta-bort/", house_style.remove_logo, name="remove_logo"),
    path("kontrollera-dokument/", document_check.check_document, name="check_document"),
    path("<int:publication>/", publications.publication, name="publication"),
    path("<int:publication>/utkast/", drafts.draft, name="draft"),
    path("<int:publication>/texter/", drafts.publication_texts, name="publication_texts"),
    path("<int:publication>/rakna-om/", drafts.prepare_publication, name="prepare_publication"),
    path("<int:publication>/publicera/", drafts.publish_publication, name="publish_publication"),
    path("<int:publication>/ta-bort/", drafts.discard_publication, name="discard_publication"),
    path("<int:publication>/ny-utgava/", drafts.new_edition, name="new_edition"),
    path("<int:publication>/lank/", publications.publication_link, name="publication_link"),
    path(
        "<int:publication>/<slug:stem>.<slug:extension>",
        publications.publication_file,
        name="publication_file",
    ),
]
status_report_urlpatterns = [
    path("", status_reports.status_reports, name="status_reports"),
    path("begar/", status_reports.ask_for_status_reports, name="ask_for_status_reports"),
    path("<slug:period>/<slug:initiative>/", status_reports.status_report, name="status_report"),
    path(
        "<slug:period>/<slug:initiative>/behovs/",
        status_reports.need_status_report,
        name="need_status_report",
    ),
    path("<slug:period>/<slug:initiative>/svara/", status_reports.answer_status_report, name="answer_status_report"),
    path(
        "<slug:period>/<slug:initiative>/oppna-igen/",
        status_reports.reopen_status_report,
        name="reopen_status_report",
    ),
    path(
        "<slug:period>/<slug:initiative>/rapport.<slug:extension>",
        status_reports.status_report_file,
        name="status_report_file",
    ),
]
initiative_status_report_urlpatterns = [
    path("", own.initiative_status_reports, name="initiative_status_reports"),
    path("<slug:period>/", own.initiative_status_report, name="initiative_status_report"),
    path("<slug:period>/skriv/", own.write_status_report, name="write_status_report"),
    path("<slug:period>/skicka/", own.send_status_report, name="send_status_report"),
    path(
        "<slug:period>/rapport.<slug:extension>",
        own.initiative_status_report_file,
        name="initiative_status_report_file",
    ),
]
checked_urlpatterns = [
    path("", published.check_publication, name="check_publication"),
    path("logotyp.png", published.published_logo, name="published_logo"),
    path("farg.css", published.published_colour, name="published_colour"),
]
published_urlpatterns = [
    path("<str:code>/", published.published, name="published"),
    path("<str:code>/<slug:stem>.<slug:extension>", published.published_file, name="published_file"),
]
finsam_urlpatterns = [
    path("", finsam.finsam, name="finsam"),
    path("arkiv.csv", finsam_sending.finsam_archive_file, name="finsam_archive_file"),
    path("<int:year>/", finsam.finsam_year, name="finsam_year"),
    path("<int:year>/markera/", finsam.mark_finsam, name="mark_finsam"),
    path("<int:year>/angra/<int:mark>/", finsam.undo_finsam_mark, name="undo_finsam_mark"),
    path("<int:year>/sista-dag/", finsam.finsam_deadline, name="finsam_deadline"),
    path("<int:year>/arkiv/", finsam_sending.finsam_archive, name="finsam_archive"),
    path("<int:year>/skicka/", finsam_sending.send_finsam, name="send_finsam"),
    path("<int:year>/skicka/<int:delivered>/igen/", finsam_sending.send_finsam_again, name="send_finsam_again"),
    path("<int:year>/leverans/", finsam_sending.switch_finsam_delivery, name="switch_finsam_delivery"),
]
