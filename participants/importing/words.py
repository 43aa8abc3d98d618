"""The words of an initiative's spreadsheet: which label stands for which value, both ways.

A file is written by one person, read by another and checked by a job, so its words are Swedish for everybody, as its
sheets and headings are.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import override

from initiatives.lists import Lists
from initiatives.models import CodeKind, Initiative
from initiatives.models.codelists import DatedItem
from participants.codes import Asked, FollowUpOutcome, Gender, StudiesAfter, WorkAfter

Key = str | int
"""What is stored for a choice: a code, or the key of a row."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_GAPS = re.compile(r"\s+")
_TIGHT = re.compile(r" ?([/%(),-]) ?")


def fold(text: str) -> str:
    """The text without what people do not see: case, kinds of spaces and dashes, spaces about signs."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return _TIGHT.sub(r"\1", _GAPS.sub(" ", plain).strip()).casefold()


def unknown_label() -> str:
    """What a cell says of a thing that is not known."""
    return "Uppgift saknas"


@dataclass(frozen=True)
class Choice:
    """One thing to choose: what is stored, its label, further spellings, and when it may be chosen."""

    key: Key
    label: str
    others: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it may be chosen for something that happens on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Vocabulary:
    """The choices of one column."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self.choices = list(choices)
        self._labels = {choice.key: choice.label for choice in self.choices}
        self._keys: dict[str, list[Choice]] = {}
        for choice in self.choices:
            for spelling in dict.fromkeys(map(fold, (choice.label, *choice.others))):
                self._keys.setdefault(spelling, []).append(choice)

    def find(self, text: str) -> list[Choice]:
        """The choices that a text can mean: none, one, or items of different years with the same label."""
        return self._keys.get(fold(text), [])

    def label(self, key: Key) -> str:
        """The label of a stored value."""
        return self._labels.get(key, str(key))

    def label_on(self, key: Key, day: date) -> str:
        """The label, or the code where on that day the label would be read as another item."""
        label = self.label(key)
        return label if settle(self.find(label), day) == key else str(key)

    def offered_on(self, day: date) -> list[str]:
        """The labels to choose between on a day."""
        return list(dict.fromkeys(choice.label for choice in self.choices if choice.holds_on(day)))

    def basis(self) -> list[Any]:
        """All that the checks of this column depend on."""
        return [(c.key, c.label, c.others, str(c.valid_from), str(c.valid_to)) for c in self.choices]


def settle(found: list[Choice], day: date) -> Key | None:
    """Of items with the same label, the one that holds on the day, or the last."""
    return next((choice.key for choice in found if choice.holds_on(day)), found[-1].key if found else None)


class Words:
    """The vocabularies of an initiative, by the stored column; made once for a file."""

    def __init__(self, initiative: Initiative, lists: Lists) -> None:
        self.initiative = initiative
        self.lists = lists

    @cached_property
    def of(self) -> Mapping[str, Vocabulary]:
        """The vocabulary of each column that has choices."""
        with override(settings.LANGUAGE_CODE):
            return self._vocabularies()

    def _vocabularies(self) -> Mapping[str, Vocabulary]:
        work, studies, support = self._work(), self._studies(), self._codes(CodeKind.SUPPORT)
        return {
            "gender": _gender(),
            "municipality_id": Vocabulary(Choice(m.pk, m.name, (m.code,)) for m in self.lists.municipalities),
            "education": self._codes(CodeKind.EDUCATION),
            "referrer": self._codes(CodeKind.REFERRER),
            "assignment": self._codes(CodeKind.ASSIGNMENT),
            "asked_about_violence": Vocabulary(Choice(a.value, str(a.label), (a.value,)) for a in Asked),
            "exit_reason_id": self._reasons(),
            "work_after": work,
            "studies_after": studies,
            "support_before": support,
            "support_after": support,
            "step_id": Vocabulary(_dated(item, item.pk) for item in self.lists.steps),
            "outcome": Vocabulary(Choice(o.value, str(o.label), (o.value,)) for o in FollowUpOutcome),
        }

    def basis(self, today: date) -> str:
        """A digest of all that the checks depend on besides the rows; while it stays, so do their answers."""
        place = self.initiative
        parts: list[Any] = [
            str(today),
            str(place.start_on),
            str(place.end_on),
            str(place.uses_assignments),
            str(place.orientation),
        ]
        parts += [[name, words.basis()] for name, words in sorted(self.of.items())]
        parts += [[(r.pk, r.group.common) for r in self.lists.reasons]]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _codes(self, kind: CodeKind) -> Vocabulary:
        return Vocabulary(_dated(item, item.code) for item in self.lists.codes(kind))

    def _reasons(self) -> Vocabulary:
        used = self.lists.reasons_of_initiative.get(self.initiative.pk, set())
        return Vocabulary(_dated(reason, reason.pk) for reason in self.lists.reasons if reason.pk in used)

    def _work(self) -> Vocabulary:
        return Vocabulary(
            Choice(w.value, f"Arbetar {w.label}" if w.value.isdigit() else str(w.label), _extents(w.value, w.label))
            for w in WorkAfter
        )

    def _studies(self) -> Vocabulary:
        return Vocabulary(Choice(s.value, str(s.label), _extents(s.value, s.label)) for s in StudiesAfter)


def _gender() -> Vocabulary:
    more = {"woman": ("k",), "man": ("m",), "other": ("Annat", "Uppgift saknas")}
    return Vocabulary(Choice(g.value, str(g.label), (g.value, *more[g.value])) for g in Gender)


def _dated(item: DatedItem, key: Key) -> Choice:
    return Choice(key, item.label, (item.code,), item.valid_from, item.valid_to)


def _extents(code: str, label: object) -> tuple[str, ...]:
    """Excel turns a typed 50% into the number 0.5."""
    if not code.isdigit():
        return (code, str(label))
    share = int(code) / 100
    return (code, str(label), f"{code}%", str(int(share)) if share.is_integer() else str(share))
