"""The app configuration; it has commands and no models."""

from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    name = "finsam_tracker.configuration"
    verbose_name = "Förbundets konfiguration"
