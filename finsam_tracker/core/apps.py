"""The lowest app: users, federations, time, parameters, audit."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "finsam_tracker.core"
    label = "core"
    verbose_name = "Grund"
