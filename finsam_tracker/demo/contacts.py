"""Invented advisory contacts: what the report is silent about, counted at each month's end through the service."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from finsam_tracker.core.models import User
from finsam_tracker.core.period import Period
from finsam_tracker.demo.chance import Weights, between, one_of, source_of_chance
from finsam_tracker.demo.working_days import HOW_BUSY, on_or_after
from initiatives.lists import Lists
from participants.advisory import Counts
from participants.services.advisory import count_contacts

HERE = ZoneInfo("Europe/Stockholm")
IN_A_MONTH = (3, 8, 16)
"""Contacts of an initiative in a usual month: fewest, most often, most."""
KINDS: Weights = {"phone": 48, "meeting": 24, "digital": 18, "writing": 10}
REFERRED: Weights = {
    "initiative": 24,
    "municipality": 20,
    "af": 14,
    "fk": 13,
    "region": 12,
    "other": 5,
    "none": 12,
}


def count_demo_contacts(lists: Lists, coordinators: Mapping[str, User], year: int, seed: int) -> None:
    """A year of contacts, each month registered by the initiative's coordinator early in the next one."""
    chance = source_of_chance(seed)
    for month in (Period.month(year, number) for number in range(1, 13)):
        day = on_or_after(month.end + timedelta(days=chance.randint(1, 6)))
        for initiative in lists.initiatives:
            if initiative.runs_on(month.start):
                count_contacts(
                    by=coordinators[initiative.slug],
                    initiative=initiative,
                    month=month,
                    counts=_counts(month.start, chance),
                    now=datetime.combine(day, time(14, chance.randint(0, 59)), tzinfo=HERE),
                    lists=lists,
                )


def _counts(month: date, chance: Random) -> Counts:
    number = round(between(chance, *IN_A_MONTH) * HOW_BUSY[month.month])
    return Counter((one_of(chance, KINDS), one_of(chance, REFERRED)) for _n in range(number))
