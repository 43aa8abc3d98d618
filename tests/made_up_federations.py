"""Made-up federations of all sizes, for measuring what is published of them: initiatives with reasons of their own,
many small numbers and a few large. The same number gives the same federation."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from finsam_tracker.core.models import Federation
from initiatives.models import CommonGroup, ExitReason, Initiative
from participants.models import Participation
from tests.factories import BEGINNING, ExitReasonFactory, FederationFactory, InitiativeFactory, OutcomeGroupFactory

YEAR = 2025
LAST = date(YEAR, 12, 31)
REASONS = (
    ("work", CommonGroup.WORK),
    ("studies", CommonGroup.STUDIES),
    ("daily", CommonGroup.REHAB),
    ("municipal", CommonGroup.REHAB),
    ("joint", CommonGroup.REHAB),
    ("agency", CommonGroup.REHAB),
    ("granted", CommonGroup.OTHER),
    ("denied", CommonGroup.OTHER),
    ("back", CommonGroup.OTHER),
    ("health", CommonGroup.OTHER),
    ("other", CommonGroup.OTHER),
)
"""As many and grouped as in the printed Tabell 1 of 2025."""
COMMON, RARE = 6.0, 1.0


def make_federation(number: int) -> Federation:
    """A federation with what it registered by the end of the year."""
    chance = random.Random(number)
    federation = FederationFactory.create(slug=f"paahittat-{number}", name=f"Påhittat förbund {number}")
    groups = {common: OutcomeGroupFactory.create(federation=federation, common=common) for common in CommonGroup.values}
    reasons = [ExitReasonFactory.create(group=groups[group], code=code, label=code) for code, group in REASONS]
    Participation.objects.bulk_create(
        person
        for n in range(chance.randint(2, 6))
        for person in _people(chance, _initiative(federation, f"i{n}"), chance.sample(reasons, chance.randint(3, 9)))
    )
    return federation


def _initiative(federation: Federation, code: str) -> Initiative:
    return InitiativeFactory.create(federation=federation, slug=f"{federation.slug}-{code}", name=code)


def _people(chance: random.Random, initiative: Initiative, reasons: list[ExitReason]) -> Iterator[Participation]:
    """From a handful to some hundreds, most of whom left in the year, for few reasons often and for many seldom."""
    often = [chance.choice((RARE, 3.0, COMMON)) for _reason in reasons]
    for n in range(round(min(chance.lognormvariate(4.4, 0.8), 400))):
        start = date(YEAR - 1, 3, 1) + timedelta(days=chance.randrange(660))
        exit_on = start + timedelta(days=30 + int(chance.expovariate(1 / 250)))
        (reason,) = chance.choices(reasons, often)
        yield Participation(
            federation=initiative.federation,
            initiative=initiative,
            recorded_on=LAST,
            code=f"{initiative.slug[-12:]}-{n}"[-12:],
            gender=chance.choices(("woman", "man", "other"), (55, 44.4, 0.6))[0],
            birth_year=1985,
            start_on=max(start, BEGINNING),
            exit_on=exit_on if exit_on <= LAST else None,
            exit_reason=reason if exit_on <= LAST else None,
        )
