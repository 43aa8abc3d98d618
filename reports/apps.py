"""The app reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Rapporter"

    def ready(self) -> None:
        # Registers the tasks by name in every process, so that lower apps can ask for them without importing upward.
        import reports.status_reports.duties
        import reports.tasks  # noqa: F401
