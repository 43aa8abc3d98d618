"""What has been registered in Uppföljning Finsam, and marking it. Marks are added and never changed."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from reports.finsam.export import Asked, Export, Item, Place, digest_of
from reports.finsam.fields import FIELDS
from reports.models import FinsamMark, FinsamUndo

Key = tuple[str, str, str, str]


class State(StrEnum):
    """How a value stands to what has been registered."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    UNREGISTERED = "unregistered"
    REGISTERED = "registered"
    CHANGED = "changed"


@dataclass(frozen=True)
class Standing:
    """A value, and the mark in force of it, where there is one."""

    place: Place
    item: Item
    mark: FinsamMark | None

    @property
    def state(self) -> State:
        if self.mark is not None:
            return State.REGISTERED if self.mark.value == self.item.value else State.CHANGED
        if self.item.value is None:
            return State.UNKNOWN if self.item.is_missing else State.NOT_APPLICABLE
        return State.UNREGISTERED

    @property
    def is_to_do(self) -> bool:
        """Whether there is something to type in: a value that is not registered, or another than the one that is."""
        return self.state in (State.UNREGISTERED, State.CHANGED) and self.item.value is not None


def key_of(asked: Asked, place: Place, item: Item) -> Key:
    """Which value it is, as a mark names it."""
    if item.field.is_counted:
        return (place.slug, item.field.key, asked.period.key, asked.counted.value)
    return (place.slug, item.field.key, str(asked.year), "")


def in_force(federation: Federation, year: int) -> dict[Key, FinsamMark]:
    """The last mark of each value that was not undone."""
    marks = FinsamMark.objects.filter(federation=federation, year=year, undo=None).select_related("by")
    return {mark.key: mark for mark in marks}


def standing_of(export: Export) -> list[Standing]:
    """Every value of an export with its mark, in the form's order."""
    marks = in_force(export.federation, export.asked.year)
    return [Standing(place, item, marks.get(key_of(export.asked, place, item))) for place, item in export.each()]


def seen(place: Place) -> str:
    """A fingerprint of the values that somebody is shown of a place."""
    return digest_of([[item.field.key, item.value] for item in place.items])


def to_mark(export: Export, slug: str, field: str) -> list[Standing]:
    """What a mark of a field would be about; of all of the place where no field is named. Only what is not registered.

    Raises ValidationError where there is no such place or field.
    """
    about = [one for one in standing_of(export) if one.place.slug == slug]
    if not about or (field and field not in FIELDS):
        raise ValidationError(_("Uppgiften finns inte längre. Ladda om sidan."))
    return [one for one in about if one.is_to_do and field in ("", one.item.field.key)]


def needs_confirmation(about: Iterable[Standing]) -> list[Standing]:
    """Those that nobody can change in Uppföljning Finsam once the initiative is created there."""
    return [one for one in about if one.item.field.is_fixed]


@transaction.atomic
def mark(
    *, by: User, export: Export, place: str, shown: str, now: datetime, field: str = "", is_sure: bool = False
) -> list[FinsamMark]:
    """Write down that a value, or every value of a place, is registered as ``export`` has it.

    ``shown`` is the fingerprint of what the person saw: was it something else, nothing is written. What cannot be
    changed there later wants ``is_sure``. What is registered already is left as it is. Raises ValidationError.
    """
    allow(by, Permission.REPORT_FINSAM, export.federation)
    Federation.objects.select_for_update(no_key=True).get(pk=export.federation.pk)
    about = to_mark(export, place, field)
    if about and shown != seen(about[0].place):
        raise ValidationError(
            _("Siffrorna har ändrats sedan du öppnade sidan. Kontrollera vad du har registrerat och markera sedan.")
        )
    if needs_confirmation(about) and not is_sure:
        raise ValidationError(_("Bekräfta först de uppgifter som inte kan ändras efteråt."))
    return _write(by, export, about, now)


def _write(by: User, export: Export, about: Collection[Standing], now: datetime) -> list[FinsamMark]:
    federation, asked = export.federation, export.asked
    earlier = Counter(mark.key for mark in FinsamMark.objects.filter(federation=federation, year=asked.year))
    made = []
    for one in about:
        place, field, period, counted = key = key_of(asked, one.place, one.item)
        mark = FinsamMark.objects.create(
            federation=federation,
            year=asked.year,
            place=place,
            name=one.place.name,
            field=field,
            period=period,
            counted=counted,
            number=earlier[key] + 1,
            value=one.item.value,
            by=by,
            at=now,
        )
        made.append(mark)
    if made:
        audit.record(by=by, action="mark_finsam", subject=made[0], federation=federation, now=now)
    return made


@transaction.atomic
def undo(*, by: User, mark: FinsamMark, now: datetime) -> None:
    """Say that a mark was a mistake. The one before it is in force again, if there is one. Twice is once."""
    allow(by, Permission.REPORT_FINSAM, mark.federation)
    Federation.objects.select_for_update(no_key=True).get(pk=mark.federation_id)
    if not FinsamUndo.objects.filter(mark=mark).exists():
        FinsamUndo.objects.create(mark=mark, by=by, at=now)
        audit.record(by=by, action="undo_finsam_mark", subject=mark, federation=mark.federation, now=now)


def left_to_register(export: Export) -> int:
    """How many values have no mark, known or not. However participants were counted, a mark of them is one."""
    marked = {(place, field) for place, field, _period, _counted in in_force(export.federation, export.asked.year)}
    return sum(
        (item.value is not None or item.is_missing) and (place.slug, item.field.key) not in marked
        for place, item in export.each()
    )
