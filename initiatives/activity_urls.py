"""Addresses under ``forbund/<federation>/aktiviteter/``."""

from django.urls import path

from initiatives.views import activities

urlpatterns = [
    path("", activities.activities, name="activities"),
    path("ny/", activities.add_activity, name="add_activity"),
    path("<int:activity>/ratta/", activities.correct, name="correct_activity"),
    path("<int:activity>/felregistrering/", activities.void, name="void_activity"),
]
