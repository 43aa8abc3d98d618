"""The deployment that a drill is played on: its servers, who is logged in, and what has been acknowledged."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from finsam_tracker.celery import app
from tests.deployment import Deployment
from tests.drills.saving import Ledger, LoggedIn
from tests.drills.servers import Server
from tests.drills.stage import FEW_PARTS, PARTS, Parts


@dataclass
class Drill:
    """The deployment, its servers, and who is logged in. ``hurried``: does beat's asking, more often."""

    deployment: Deployment
    postgres: Server
    redis: Server
    browsers: dict[str, LoggedIn]
    secret: str
    hurried: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    done: int = 0
    new_web: int = 0

    @property
    def small(self) -> Path:
        """The disk of temporary files and of backups, in the drills that fill it."""
        return self.deployment.folder / "small"

    @property
    def parts(self) -> Parts:
        return FEW_PARTS if self.hurried else PARTS

    def started_by(self, script: str) -> list[str]:
        return [name for name, words in self.parts.items() if words[0] == script]

    @property
    def web(self) -> int:
        """The process of gunicorn that watches over the others."""
        return self.new_web or self.deployment.processes["web"].pid

    def ask(self, query: str) -> list[object]:
        return [row[0] for row in self.deployment.rows(query)]

    def wait(self) -> None:
        """A moment."""
        time.sleep(0.5)
        if self.hurried:
            with app.connection_for_write() as connection:
                for task in ("reports.tasks.refresh_stale", "participants.tasks.resume_imports"):
                    app.send_task(task, connection=connection)
