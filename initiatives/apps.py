"""The app initiatives."""

from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = "Insatser"

    def ready(self) -> None:
        import initiatives.uses  # noqa: F401 - tells the office's pages how to count
