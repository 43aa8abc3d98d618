"""Figures in the running text, "33 gick till arbete", against the tables."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.document_check.contradiction import Contradiction, place_of
from reports.document_check.found import Passage
from reports.document_check.grid import Grid
from reports.document_check.numbers import parse, shown

_NUMBER = r"(?<![\w.,%\u2212-])(?P<number>[0-9]{1,3}(?:[\s\u00a0\u202f][0-9]{3})*|[0-9]+)"
_PEOPLE = r"(?:\s(?:deltagare|deltaganden|personer|individer|av dem|stycken))?"
_PATTERNS = tuple(
    re.compile(_NUMBER + pattern, re.IGNORECASE)
    for pattern in (
        _PEOPLE
        + r"(?:\s(?:gick|går|gått|har gått|kom|skrevs ut|avslutades|avslutade))?"
        + r"(?:\s(?:ut|vidare))?\still\s(?P<label>\w+)",
        _PEOPLE + r"\s(?P<label>avslutade|avslutades|pågående)\b",
        _PEOPLE + r"\s(?:var|är|blev)\s(?P<label>nya)\b",
        r"\s(?P<label>nya)\s(?:deltag|person)",
    )
)
_LABELS = {"avslutades": "avslutade"}
"""What a text says otherwise than a heading."""
_OTHERWISE = re.compile(
    r"\b(förra|föregående|tidigare|fjol|mål|målet|minst|högst|cirka|ungefär|omkring|drygt|knappt|planer\w*|kvartal\w*|"
    r"halvår\w*|månad\w*|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass
class Named:
    """The figures of a label: all there are, and its totals with their tables."""

    every: set[Decimal] = field(default_factory=set)
    totals: list[tuple[Decimal, Grid]] = field(default_factory=list)


def spoken(passages: Sequence[Passage], grids: Sequence[Grid]) -> Iterator[Contradiction]:
    """Each figure of the text that is said of a label of the tables, and stands nowhere under that label.

    A sentence about another year, a goal or a part of the year says something else than the tables.
    """
    named, year = _named(grids), _year(passages, grids)
    for passage in passages:
        for sentence in _SENTENCE.split(passage.text):
            years = set(_YEAR.findall(sentence))
            if not _OTHERWISE.search(sentence) and years <= {year}:
                yield from _in_sentence(passage, sentence, named)


def _named(grids: Sequence[Grid]) -> dict[str, Named]:
    named: dict[str, Named] = defaultdict(Named)
    for grid in grids:
        for side in (grid, grid.turned()):
            for column, line in enumerate(side.columns):
                if line.folded and len(line.folded[-1].split()) == 1:
                    _add(named[line.folded[-1]], side, column)
    return named


def _add(named: Named, grid: Grid, column: int) -> None:
    for row, value in zip(grid.rows, grid.column(column), strict=True):
        if value.is_number and not value.is_percent:
            named.every.add(value.number)
            if row.total_of == ():
                named.totals.append((value.number, grid))


def _year(passages: Sequence[Passage], grids: Sequence[Grid]) -> str:
    """The year that the document names most."""
    texts = (*(passage.text for passage in passages), *(grid.table.caption for grid in grids))
    return next((year for year, _times in Counter(y for text in texts for y in _YEAR.findall(text)).most_common(1)), "")


def _in_sentence(passage: Passage, sentence: str, named: dict[str, Named]) -> Iterator[Contradiction]:
    for pattern in _PATTERNS:
        for said in pattern.finditer(sentence):
            label = said["label"].casefold()
            about, number = named.get(_LABELS.get(label, label)), parse(said["number"])
            if about and about.totals and number.is_number and number.number not in about.every:
                yield _unlike(passage, sentence, number.text, about)


def _unlike(passage: Passage, sentence: str, printed: str, about: Named) -> Contradiction:
    expected, grid = about.totals[0]
    place = _("sidan %d, texten") % passage.page if passage.page else _("texten")
    told = _(
        "Texten säger %(printed)s, men i %(table)s är det %(expected)s. Rätta den som är fel, om de menar samma sak."
    ) % {"printed": printed, "expected": shown(expected), "table": place_of(grid.table)}
    return Contradiction(f"{place}: ”{sentence[:160]}”", told, printed, shown(expected))
