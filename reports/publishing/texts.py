"""What the office may write: nothing about a person, and no hidden number typed by hand."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from finsam_tracker.core.identity_guard import find_identity
from reports.models import Publication
from reports.publications import TEMPLATES
from reports.publications.declaration import names_in

LONGEST = 4000
_NUMBER = re.compile(r"\d[\d\s]*(?:[.,]\d+)?")


def text_faults(draft: Publication, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The faults of each text, by its box."""
    hidden = _hidden_numbers(draft)
    names = TEMPLATES[draft.template].figures.keys()
    found = {key: list(_faults(text, hidden, names)) for key, text in texts.items()}
    return {key: faults for key, faults in found.items() if faults}


def _faults(text: str, hidden: Mapping[str, str], names: object) -> list[str]:
    if finding := find_identity(text):
        return [finding.sentence]
    if len(text) > LONGEST:
        return [_("Skriv högst %d tecken.") % LONGEST]
    faults = [
        _("Texten nämner %(number)s, som är ett skyddat tal (%(where)s). Ta bort det, eller skriv om meningen.")
        % {"number": number, "where": hidden[number]}
        for number in sorted(_numbers_in(text) & hidden.keys())
    ]
    unknown = sorted(name for name in names_in(text) if name not in names)  # type: ignore[operator]
    return faults + [_("Det finns ingen siffra som heter {%s}. Välj en ur listan.") % name for name in unknown]


def _numbers_in(text: str) -> set[str]:
    return {re.sub(r"\s", "", found).replace(",", ".") for found in _NUMBER.findall(text)}


def _hidden_numbers(draft: Publication) -> dict[str, str]:
    """The numbers that are hidden in the draft, each with a place where it stands; a zero tells nothing."""
    figures = (draft.inside or {}).get("hidden", ())
    return {str(f["value"]): " · ".join(f["labels"]) for f in figures if str(f["value"]) not in ("0", "None")}
