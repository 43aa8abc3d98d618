"""The app participants."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "Deltaganden"

    def ready(self) -> None:
        # Registers the tasks by name in every process, as the reports' app does.
        import participants.tasks  # noqa: F401
