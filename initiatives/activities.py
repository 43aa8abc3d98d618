"""What may be registered about a structural activity: plain values, shared by form, service and demo."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from initiatives.lists import Lists
from initiatives.models import CodeKind, Initiative
from initiatives.models.activity import HIGHEST_SCALE, LOWEST_RATING, MOST_DAYS, MOST_HEADS, ActivityFacts

Problems = dict[str, list[str]]
CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Rating:
    """What the participants thought: the mean of so many answers, on a scale from 1 to ``scale``.

    ``useful`` of those who answered had use of the activity; None where they were not asked.
    """

    mean: Decimal
    answers: int
    scale: int
    useful: int | None = None


@dataclass(frozen=True, kw_only=True)
class ActivityEntry:
    """An activity as it is told. ``others`` is other or unknown gender; with a total alone, everybody is there."""

    initiative: Initiative
    held_on: date
    kind: str
    audience: str | None = None
    days: Decimal | None = None
    women: int = 0
    men: int = 0
    others: int = 0
    rating: Rating | None = None

    @property
    def participants(self) -> int:
        return self.women + self.men + self.others


def entry_of(activity: ActivityFacts) -> ActivityEntry:
    """A registered activity, as it would be told."""
    rating = None
    if activity.rating_mean is not None and activity.rating_answers and activity.rating_scale:
        rating = Rating(
            mean=activity.rating_mean,
            answers=activity.rating_answers,
            scale=activity.rating_scale,
            useful=activity.rating_useful,
        )
    plain = ("initiative", "held_on", "kind", "audience", "days", "women", "men", "others")
    return ActivityEntry(**{name: getattr(activity, name) for name in plain}, rating=rating)


def columns_of(entry: ActivityEntry) -> dict[str, object]:
    """The entry by the columns that keep it."""
    rating = entry.rating
    plain = ("initiative", "held_on", "kind", "audience", "days", "women", "men", "others")
    return {name: getattr(entry, name) for name in plain} | {
        "federation": entry.initiative.federation,
        "rating_mean": rating and rating.mean,
        "rating_answers": rating and rating.answers,
        "rating_scale": rating and rating.scale,
        "rating_useful": rating and rating.useful,
    }


def activity_problems(entry: ActivityEntry, lists: Lists, today: date) -> Problems:
    """Whether an activity can have been so, by field, as Swedish sentences that say what to do."""
    problems: Problems = defaultdict(list)
    _check_day(entry, today, problems)
    _check_code(entry.kind, CodeKind.ACTIVITY_KIND, "kind", entry.held_on, lists, problems)
    if entry.audience is not None:
        _check_code(entry.audience, CodeKind.AUDIENCE, "audience", entry.held_on, lists, problems)
    if entry.days is not None and not (0 < entry.days <= MOST_DAYS and is_to_the_cent(entry.days)):
        problems["days"].append(days_sentence())
    _check_heads(entry, problems)
    if entry.rating is not None:
        _check_rating(entry.rating, entry.participants, problems)
    return dict(problems)


def is_to_the_cent(number: Decimal) -> bool:
    """Whether the columns, which have two decimals, hold the number as it is."""
    return number == number.quantize(CENT)


def heads_sentence() -> str:
    return _("Skriv antalet som ett heltal mellan 0 och %d.") % MOST_HEADS


def days_sentence() -> str:
    return _("Skriv omfattningen i dagar, till exempel 0,5, som mest %d.") % MOST_DAYS


def _check_day(entry: ActivityEntry, today: date, problems: Problems) -> None:
    initiative, day = entry.initiative, entry.held_on
    if initiative.orientation != Initiative.Orientation.STRUCTURAL:
        problems["initiative"].append(_("Insatsen har inskrivna deltagare. Välj en strukturövergripande insats."))
    if day > today:
        problems["held_on"].append(_("%s har inte varit än. Skriv dagens datum eller ett tidigare.") % day)
    elif day < initiative.start_on:
        sentence = _("Insatsen började %s. Skriv ett datum från och med den dagen.")
        problems["held_on"].append(sentence % initiative.start_on)
    elif initiative.end_on and day > initiative.end_on:
        sentence = _("Insatsen slutade %s. Skriv ett datum till och med den dagen.")
        problems["held_on"].append(sentence % initiative.end_on)


def _check_code(code: str, kind: CodeKind, field: str, day: date, lists: Lists, problems: Problems) -> None:
    if sentence := lists.why_not(kind, code, day):
        problems[field].append(sentence)


def _check_heads(entry: ActivityEntry, problems: Problems) -> None:
    for field in ("women", "men", "others"):
        if not 0 <= getattr(entry, field) <= MOST_HEADS:
            problems[field].append(heads_sentence())
    if not problems and entry.participants == 0:
        sentence = _("Skriv hur många som deltog. Vet du bara antalet: skriv det under annat eller okänt kön.")
        problems["others"].append(sentence)


def _check_rating(rating: Rating, participants: int, problems: Problems) -> None:
    if not LOWEST_RATING < rating.scale <= HIGHEST_SCALE:
        problems["rating_scale"].append(_("Välj skalans högsta betyg ur listan."))
    elif not (LOWEST_RATING <= rating.mean <= rating.scale and is_to_the_cent(rating.mean)):
        sentence = _("Skriv medelbetyget som ett tal mellan 1 och %d med högst två decimaler, till exempel 4,05.")
        problems["rating_mean"].append(sentence % rating.scale)
    if not 0 < rating.answers <= participants:
        sentence = _("Skriv hur många som svarade: minst 1 och högst de %d som deltog.")
        problems["rating_answers"].append(sentence % participants)
    elif rating.useful is not None and not 0 <= rating.useful <= rating.answers:
        sentence = _("Skriv hur många av de %d som svarade som hade nytta, eller lämna tomt om det inte frågades.")
        problems["rating_useful"].append(sentence % rating.answers)
