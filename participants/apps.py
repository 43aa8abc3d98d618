"""The app participants."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "Deltaganden"

    def ready(self) -> None:
        # Registers the tasks by name in every process, as the reports' app does.
        import participants.tasks
        import participants.uses  # noqa: F401 - tells the office's pages how to count
