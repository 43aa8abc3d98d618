"""What each does in the national morning. Read by locust, which is told by the environment where and who they are."""

import itertools
import json
import os
from typing import Any

from locust import HttpUser, between, task

from tests.drills.pages import FORM, hidden

PEOPLE: dict[str, list[list[str]]] = json.loads(os.environ["FINSAM_DRILL_PEOPLE"])


class Somebody(HttpUser):
    """Logs in, does what there is to do, and does it again after a minute or two."""

    abstract = True
    wait_time = between(60, 120)
    free: Any

    def on_start(self) -> None:
        email, self.place = next(self.free)
        self.send("log in", "/logga-in/", {"username": email, "password": os.environ["FINSAM_DRILL_PASSWORD"]})

    def open(self, name: str, path: str) -> str:
        with self.client.get(path, name=name, catch_response=True, allow_redirects=False) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code} {answer.headers.get('Location', '')}")
            return str(answer.text)

    def send(self, name: str, path: str, fields: dict[str, Any]) -> str:
        """Opens a form and sends it. Returns where that leads, nothing where it failed."""
        told = hidden(self.open(f"{name}: form", path)) | fields
        with self.client.post(path, told, name=f"{name}: save", catch_response=True, allow_redirects=False) as answer:
            if answer.status_code != 302:
                answer.failure(str(answer.status_code))
            return str(answer.headers.get("Location", ""))


class Coordinator(Somebody):
    weight = 500
    free = itertools.cycle(PEOPLE["coordinators"])

    @task
    def register(self) -> None:
        """A participant enrolled, and the first step assessed."""
        self.open("list", self.place)
        fields = FORM if self.place.endswith("-1/deltaganden/") else FORM | {"assignment": ""}
        if where := self.send("enrol", f"{self.place}skriv-in/", fields):
            self.send("assess", f"{where}bedom-steg/", {"on": "2025-04-01", "step": "step-1"})


class Reader(Somebody):
    weight = 75
    free = itertools.cycle(PEOPLE["readers"])

    @task
    def read(self) -> None:
        self.open("statistics", f"{self.place}?period=2025")
