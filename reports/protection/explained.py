"""The outcome in words, for those inside the house: each hidden figure with its reason, and what the attacker got.

Never for what is published: telling which of the hidden were small gives them away.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.disclosure.attack import AttackReport, Finding, Verdict
from reports.disclosure.system import WAS_HIDDEN, Cell
from reports.protection.outcome import ProtectedSet
from reports.result import Number

INSIDER = 1.2
"""How many more numbers somebody recovers on average who knows one hidden number already, as measured."""


@dataclass(frozen=True)
class HiddenFigure:
    """A figure with the sign for hidden: where it stands, its number, why it is hidden, what a reader can tell."""

    table: str
    row: int
    column: int
    labels: tuple[str, ...]
    value: Number | str | None
    reason: str
    known: str


def hidden_figures(outcome: ProtectedSet) -> Iterator[HiddenFigure]:
    """Every hidden figure of the tables, in their order."""
    found = {finding.key: finding for finding in outcome.report.findings}
    publics = {public.sheet.key: public for public in outcome.sheets}
    for place in outcome.hidden_places():
        sheet, number, column = place
        result = publics[sheet].result
        row = result.rows[number]
        keys = [key for key in outcome.depends.get(place, ()) if key in outcome.published.hidden]
        yield HiddenFigure(
            result.table,
            number,
            column,
            (*filter(None, row.labels), result.columns[column].title),
            row.cells[column].value,
            _reason(outcome, keys),
            " ".join(known_of(found[key]) for key in keys if key in found),
        )


def _reason(outcome: ProtectedSet, keys: list[str]) -> str:
    system = outcome.published.system
    cells = [system.cells[key] for key in keys]
    if not cells:
        return _("Andelen tas av färre än %(least)d.") % {"least": outcome.rule.percent}
    if small := next((cell for cell in cells if cell.is_small), None):
        return _("Färre än %(threshold)d.") % {"threshold": small.threshold}
    if any(cell.show in WAS_HIDDEN for cell in cells):
        return _("Dold i en tidigare publicering.")
    if any(cell.key in system.hidden_beyond_choice() for cell in cells):
        return _("Räknas ut ur ett tal som är färre än gränsen.")
    return _("Dold för att ett annat tal annars kan räknas ut%(which)s.") % {"which": _neighbour(outcome, cells)}


def _neighbour(outcome: ProtectedSet, cells: list[Cell]) -> str:
    """The small number that shares a sum with a cell, in words; empty where it is further away."""
    system = outcome.published.system
    keys = {cell.key for cell in cells}
    for relation in system.relations:
        names = {key for key, _coefficient in relation.terms}
        for key in sorted(names - keys) if names & keys else ():
            if system.cells[key].is_small and system.cells[key].label:
                return ": " + system.cells[key].label
    return ""


def known_of(finding: Finding) -> str:
    """What a reader can tell about a number that is not shown."""
    if finding.high is None:
        return _("Kan vara %(low)d eller mer.") % {"low": finding.low}
    return _("Kan vara allt från %(low)d till %(high)d.") % {"low": finding.low, "high": finding.high}


VERDICTS = {
    Verdict.PRINTED: lambda: _("står utskrivet"),
    Verdict.RECOVERED: lambda: _("kan räknas ut"),
    Verdict.SURELY_SMALL: lambda: _("är säkert under gränsen"),
    Verdict.UNDECIDED: lambda: _("kunde inte prövas färdigt"),
}


def attack_in_words(report: AttackReport, outcome: ProtectedSet) -> list[str]:
    """The attack report, sentence by sentence."""
    cells = outcome.published.system.cells
    sentences = [
        ngettext(
            "%(count)d tal som inte visas prövades mot allt som är publicerat.",
            "%(count)d tal som inte visas prövades mot allt som är publicerat.",
            len(report.findings),
        )
        % {"count": len(report.findings)}
    ]
    if report.is_green:
        sentences.append(_("Inget av dem kan räknas ut, och inget är säkert under gränsen."))
    for finding in report.given_away:
        label = cells[finding.key].label or finding.key
        sentences.append(f"{label}: {VERDICTS[finding.verdict]()}.")
    sentences.append(
        _("Den som redan känner till ett dolt tal kan i genomsnitt räkna ut %(more)s till. Det prövas inte här.")
        % {"more": str(INSIDER).replace(".", ",")}
    )
    return sentences
