"""The demo federation."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "finsam_tracker.demo"
    label = "demo"
    verbose_name = "Demoförbund"
