"""Addresses under ``forbund/<federation>/installningar/mal/``."""

from django.urls import path

from initiatives.views import goals

urlpatterns = [
    path("", goals.goals, name="settings_goals"),
    path("<int:year>/nytt/", goals.add, name="settings_new_goal"),
    path("<int:year>/kopiera/", goals.copy, name="settings_copy_goals"),
    path("<int:year>/<slug:code>/", goals.change, name="settings_goal"),
    path("<int:year>/<slug:code>/ta-bort/", goals.remove, name="settings_remove_goal"),
    path("<int:year>/<slug:code>/flytta/", goals.move, name="settings_move_goal"),
]
