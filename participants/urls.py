"""Addresses under ``forbund/<federation>/insatser/<initiative>/deltaganden/``."""

from django.urls import path

from participants.views import spreadsheet
from participants.views.assessment import assess, take_back
from participants.views.correction import correct_participation, undo_latest, void_participation
from participants.views.detail import participation
from participants.views.enrolment import enrol_participant
from participants.views.exit import end_participation, exit_fields, reopen_participation
from participants.views.follow_up import follow_up, follow_up_fields, plan_again
from participants.views.history import history
from participants.views.listing import participations

urlpatterns = [
    path("", participations, name="participations"),
    path("skriv-in/", enrol_participant, name="enrol"),
    path("filer/", spreadsheet.files, name="imports"),
    path("filer/mall.xlsx", spreadsheet.template, name="import_template"),
    path("filer/deltaganden.<slug:extension>", spreadsheet.export, name="export_participations"),
    path("filer/<int:number>/", spreadsheet.show, name="import"),
    path("filer/<int:number>/las-in/", spreadsheet.confirm, name="confirm_import"),
    path("filer/<int:number>/avbryt/", spreadsheet.cancel, name="cancel_import"),
    path("filer/<int:number>/fel.csv", spreadsheet.faults, name="import_faults"),
    path("filer/<int:number>/med-koder.xlsx", spreadsheet.with_codes, name="import_with_codes"),
    path("<slug:code>/", participation, name="participation"),
    path("<slug:code>/avsluta/", end_participation, name="exit"),
    path("<slug:code>/avsluta/falt/", exit_fields, name="exit_fields"),
    path("<slug:code>/oppna-igen/", reopen_participation, name="reopen"),
    path("<slug:code>/bedom-steg/", assess, name="assess"),
    path("<slug:code>/bedom-steg/<str:on>/ta-bort/", take_back, name="take_back_assessment"),
    path("<slug:code>/uppfoljning/<int:months>/", follow_up, name="follow_up"),
    path("<slug:code>/uppfoljning/<int:months>/falt/", follow_up_fields, name="follow_up_fields"),
    path("<slug:code>/uppfoljning/<int:months>/forsok-igen/", plan_again, name="plan_again"),
    path("<slug:code>/ratta/", correct_participation, name="correct"),
    path("<slug:code>/felregistrering/", void_participation, name="void"),
    path("<slug:code>/angra/", undo_latest, name="undo"),
    path("<slug:code>/historik/", history, name="history"),
]
