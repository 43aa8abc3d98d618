"""The structural activities of ``activities.toml``, registered by the office through the service a few days after."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Role
from finsam_tracker.demo.working_days import on_or_after
from initiatives.activities import ActivityEntry, Rating
from initiatives.lists import Lists
from initiatives.models import Initiative
from initiatives.services.activities import register_activity

HERE = ZoneInfo("Europe/Stockholm")
DAYS_AFTER = 5


def register_demo_activities(federation: Federation, path: Path) -> None:
    """Every activity of the file, in its order."""
    office = User.objects.get(memberships__federation=federation, memberships__role=Role.OFFICE)
    lists = Lists(federation)
    initiatives = {initiative.slug: initiative for initiative in lists.structural_initiatives}
    for entry in _entries(path, initiatives):
        day = on_or_after(entry.held_on + timedelta(days=DAYS_AFTER))
        register_activity(by=office, entry=entry, now=datetime.combine(day, time(9, 30), tzinfo=HERE), lists=lists)


def _entries(path: Path, initiatives: Mapping[str, Initiative]) -> Iterator[ActivityEntry]:
    for row in tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["activities"]:
        rating = row.pop("rating", None)
        told = {**row, "initiative": initiatives[row["initiative"]], "days": Decimal(row["days"])}
        yield ActivityEntry(**told, rating=Rating(**rating) if rating else None)
