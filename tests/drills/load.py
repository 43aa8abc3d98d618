"""A national morning: 500 coordinators and the 75 who read at the offices come one after the other, and stay."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

from finsam_tracker.core.permissions import Role
from initiatives.models import Initiative, InitiativeStaff
from participants.models import Participation
from tests.deployment import HOST, Deployment
from tests.drills.stage import PARTS, stage, start_all
from tests.factories import PASSWORD, MembershipFactory, Tenant, make_tenant

SECONDS, SHORT = 120, 15
FEDERATIONS, COORDINATORS, READERS = 25, 20, 3
"""Of the nation, and of each federation."""
A_SECOND = 1
"""How many log in each second. Hashing their passwords alone takes half a core."""


def drill(folder: Path, *words: str) -> int:
    """Prints how long each kind of request took; 1 where one failed or an acknowledged enrolment is not there."""
    seconds = SHORT if "short" in words else next((int(word) for word in words if word.isdigit()), SECONDS)
    quick = seconds == SHORT
    told = {"FINSAM_TLS": "false", "FINSAM_ALLOWED_HOSTS": f"127.0.0.1,{HOST}"}  # locust speaks http, without a proxy
    with stage(folder, quick=quick, **told) as deployment:
        people = make_people(2 if quick else FEDERATIONS)
        start_all(deployment, PARTS)
        morning(deployment, people, seconds)
        return show(folder, seconds)


def make_people(federations: int) -> dict[str, list[list[str]]]:
    """E-mail and address of whoever registers, and of whoever reads."""
    people: dict[str, list[list[str]]] = {"coordinators": [], "readers": []}
    for number in range(federations):
        tenant = make_tenant(f"f{number}", f"Förbund {number}", (f"A{number}", f"B{number}", f"C{number}"))
        for each in range(COORDINATORS):
            people["coordinators"].append(coordinator(tenant, (tenant.first, tenant.second)[each % 2]))
        for _each in range(READERS):
            office = MembershipFactory.create(federation=tenant.federation, role=Role.OFFICE)
            people["readers"].append([office.user.email, f"/forbund/{tenant.federation.slug}/statistik/"])
    return people


def coordinator(tenant: Tenant, place: Initiative) -> list[str]:
    membership = MembershipFactory.create(federation=tenant.federation, role=Role.COORDINATOR)
    InitiativeStaff.objects.create(membership=membership, initiative=place)
    return [membership.user.email, f"/forbund/{tenant.federation.slug}/insatser/{place.slug}/deltaganden/"]


def morning(deployment: Deployment, people: dict[str, list[list[str]]], seconds: int) -> None:
    """Locust is a process of its own: it replaces parts of Python."""
    told = {"FINSAM_DRILL_PEOPLE": json.dumps(people), "FINSAM_DRILL_PASSWORD": PASSWORD}
    place = ["--host", f"http://127.0.0.1:{deployment.port}", "--csv", str(deployment.folder / "load")]
    many = str(sum(map(len, people.values())))
    command = [sys.executable, "-m", "locust", "-f", "tests/drills/morning.py", *QUIETLY, *place]
    command += ["-u", many, "-r", str(A_SECOND), "-t", f"{seconds}s"]
    locust = subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=False)
    assert locust.returncode == 0, locust.stderr


QUIETLY = ("--headless", "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0")
COLUMNS = ("Request Count", "Failure Count", "50%", "95%", "99%")
HEADING, LINE = ("asked", "failed", "p50 ms", "p95 ms", "p99 ms"), "{:<16}" + "{:>9}" * 5


def show(folder: Path, seconds: int) -> int:
    rows = read(folder / "load_stats.csv")
    print(LINE.format(f"{seconds} s", *HEADING))
    for row in rows:
        print(LINE.format(row["Name"], *(row[column] for column in COLUMNS)))
    for row in read(folder / "load_failures.csv"):
        print(f"failed: {row['Name']}: {row['Error'][:200]} ({row['Occurrences']})")
    saved = sum(int(row["Request Count"]) - int(row["Failure Count"]) for row in rows if row["Name"] == "enrol: save")
    there = Participation.objects.count()
    print(f"{saved} enrolments acknowledged, {there} there")
    return int(saved == 0 or saved > there or any(row["Failure Count"] != "0" for row in rows))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
