"""Addresses under ``forbund/<federation>/insatser/<initiative>/deltaganden/``."""

from django.urls import path

from participants.views.detail import participation
from participants.views.enrolment import enrol_participant
from participants.views.exit import end_participation
from participants.views.listing import participations

urlpatterns = [
    path("", participations, name="participations"),
    path("skriv-in/", enrol_participant, name="enrol"),
    path("<slug:code>/", participation, name="participation"),
    path("<slug:code>/avsluta/", end_participation, name="exit"),
]
