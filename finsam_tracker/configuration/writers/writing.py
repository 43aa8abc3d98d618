"""Who writes, when, and into which federation."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from finsam_tracker.core.models import Federation, User


class Actor(TypedDict):
    """What every service is told."""

    by: User
    now: datetime


@dataclass
class Writing:
    """A load under way. The federation of a new file is there once its first change is written."""

    slug: str
    by: User
    now: datetime

    @property
    def actor(self) -> Actor:
        return {"by": self.by, "now": self.now}

    @property
    def federation(self) -> Federation:
        return Federation.objects.get(slug=self.slug)


def kronor(amount: int | None) -> Decimal | None:
    """An amount as its column has it."""
    return None if amount is None else Decimal(amount)
