"""What a person has to do in an initiative besides its registrations. What lies above this app tells of itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from finsam_tracker.core.models import User
from initiatives.models import Initiative


@dataclass(frozen=True)
class Duty:
    """A thing to do, a sentence about it, and the page that does it."""

    title: str
    hint: str
    address: str
    is_urgent: bool = False


Finder = Callable[[User, Initiative, date], Iterable[Duty]]
_FINDERS: list[Finder] = []


def finds_duties(finder: Finder) -> Finder:
    """Declare a function that finds duties."""
    _FINDERS.append(finder)
    return finder


def duties_in(user: User, initiative: Initiative, today: date) -> list[Duty]:
    """What the person has to do in the initiative."""
    return [duty for find in _FINDERS for duty in find(user, initiative, today)]
