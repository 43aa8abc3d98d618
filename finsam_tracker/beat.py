"""What asks for the scheduled jobs: Celery's beat, kept in memory, which also notices that the clock was set back."""

from typing import Any

from celery import beat


class Scheduler(beat.Scheduler):
    """Needs no disk, since it remembers nothing that matters.

    Once the clock has been set back, what was asked for last lies in the future, and Celery would ask for nothing until
    the clock had come as far again: an hour or a year later.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        now = self.app.now()
        for entry in self.schedule.values():
            if entry.last_run_at and entry.last_run_at > now:
                entry.last_run_at, self._heap = now, None  # None: all are put in order anew
        wait: float = super().tick(*args, **kwargs)
        return wait
