"""What the office may write: nothing about a person, and no hidden number typed by hand."""

import re
from collections.abc import Mapping, Set

from django.utils.translation import gettext as _

from finsam_tracker.core.identity_guard import find_identity
from reports.edition import Box
from reports.models import Publication
from reports.publications import TEMPLATES
from reports.publications.declaration import Writing, names_in
from reports.publishing.arranging import template_for
from reports.publishing.editions import edition_of
from reports.publishing.laying_out import figures_in_words

LONGEST = 4000
_NUMBER = re.compile(r"\d[\d\s]*(?:[.,]\d+)?")


def boxes_of(draft: Publication) -> list[Writing]:
    """The boxes where the office writes: those of the draft as it was last computed, or as it will be."""
    if draft.content is None:
        return list(template_for(draft.federation, draft.template).boxes())
    blocks = (block for section in edition_of(draft).sections for block in section.blocks)
    return [Writing(box.key, box.title, box.hint) for box in blocks if isinstance(box, Box)]


def figures_by_name(draft: Publication) -> dict[str, str]:
    """The names that may stand in the draft's texts, with the figures that they stand for; none before it is computed.

    A figure of a table that the draft does not print has no name.
    """
    if draft.content is None:
        return {}
    results = {result.table: result for result in edition_of(draft).results}
    return figures_in_words(TEMPLATES[draft.template].figures, results)


def text_faults(draft: Publication, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The faults of each text, by its box. What stands in a box that the draft has not is not looked at."""
    hidden, boxes = _hidden_numbers(draft), {box.key for box in boxes_of(draft)}
    names = figures_by_name(draft) or TEMPLATES[draft.template].figures
    found = {key: list(_faults(text, hidden, names.keys())) for key, text in texts.items() if key in boxes}
    return {key: faults for key, faults in found.items() if faults}


def _faults(text: str, hidden: Mapping[str, str], names: Set[str]) -> list[str]:
    if finding := find_identity(text):
        return [finding.sentence]
    if len(text) > LONGEST:
        return [_("Skriv högst %d tecken.") % LONGEST]
    faults = [
        _("Texten nämner %(number)s, som är ett skyddat tal (%(where)s). Ta bort det, eller skriv om meningen.")
        % {"number": number, "where": hidden[number]}
        for number in sorted(_numbers_in(text) & hidden.keys())
    ]
    unknown = sorted(names_in(text) - names)
    return faults + [_("Det finns ingen siffra som heter {%s}. Välj en ur listan.") % name for name in unknown]


def _numbers_in(text: str) -> set[str]:
    return {re.sub(r"\s", "", found).replace(",", ".") for found in _NUMBER.findall(text)}


def _hidden_numbers(draft: Publication) -> dict[str, str]:
    """The numbers that are hidden in the draft, each with a place where it stands; a zero tells nothing."""
    figures = (draft.inside or {}).get("hidden", ())
    return {str(f["value"]): " · ".join(f["labels"]) for f in figures if str(f["value"]) not in ("0", "None")}
