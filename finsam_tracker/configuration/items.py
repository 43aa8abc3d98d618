"""A file taken apart into things that are compared and written one by one, each in one act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from finsam_tracker.configuration.entries import ALL_PARTIES, CODE_LISTS, FederationFile, InitiativeEntry
from finsam_tracker.configuration.entry import Entry, keys_of
from finsam_tracker.configuration.locator import Path
from initiatives.models import BandKind


class Kind(StrEnum):
    """What a thing is, in Swedish. Things are written in this order: each comes after what it refers to."""

    FEDERATION = "förbund"
    PARTY = "part"
    MUNICIPALITY = "kommun"
    INHABITANTS = "invånare och bidrag"
    FUNDING = "medel"
    YEAR = "eget kapital och administration"
    PARAMETER = "antagande"
    GROUP = "utfallsgrupp"
    REASON = "avslutsorsak"
    STEP = "steg"
    LIST_ITEM = "val i lista"
    ORDER = "ordning i"
    BANDS = "klasser för"
    ADOPTED = "gemensamma listor och klasser:"
    INITIATIVE = "insats"
    REASONS_OF = "avslutsorsaker i"
    FOLLOW_UP_OF = "uppföljning i"
    YEAR_OF = "budget, utfall och plan för"
    GOAL = "mål"
    REPORT = "avsnitt i"
    SCHEDULE = "schema för"
    LOOK = "rapporternas"


Key = tuple[Any, ...]


@dataclass(frozen=True)
class Item:
    """A thing by kind and key, with its values. ``at`` is where the file says it; ``title`` is how people know it."""

    kind: Kind
    key: Key
    values: Mapping[str, Any]
    title: str
    at: Path = ()


def items_of(file: FederationFile, everyone: frozenset[str]) -> Iterator[Item]:
    """Everything that a file says. ``everyone`` is who an asterisk among an initiative's parties stands for."""
    own = {
        "name": file.name,
        "rhythm": file.rhythm,
        "positive_step": file.positive_step,
        "status_report_rhythm": file.status_report_rhythm,
        "status_report_days": file.status_report_days,
    }
    yield Item(Kind.FEDERATION, (), own, file.name)
    yield from _money(file)
    yield from _lists(file)
    yield from _orders(file)
    yield from _bands(file)
    for initiative in file.initiatives:
        yield from _initiative(initiative, everyone)
    for goal in file.goals:
        yield _item(Kind.GOAL, goal, f"{goal.year} {goal.text}")
    yield from _reports(file)


def _item(kind: Kind, entry: Entry, title: str, *but: str, **instead: Any) -> Item:
    """An entry as it is, without some of its keys and with others instead."""
    names = [n for n in keys_of(type(entry)) if n not in (*entry.identity, *but)]
    key = tuple(getattr(entry, name) for name in entry.identity)
    return Item(kind, key, {n: getattr(entry, n) for n in names} | instead, title, entry.at)


def _money(file: FederationFile) -> Iterator[Item]:
    for party in file.parties:
        yield _item(Kind.PARTY, party, party.name)
    for municipality in file.municipalities:
        yield _item(Kind.MUNICIPALITY, municipality, municipality.name, "inhabitants", "contributions_sek")
    for year in sorted({year for m in file.municipalities for year in m.inhabitants or {}}):
        yield Item(Kind.INHABITANTS, (year,), _inhabitants(file, year), str(year), ("municipalities",))
    for funding in file.funding:
        yield _item(Kind.FUNDING, funding, str(funding.year))
    for entry in file.years:
        yield _item(Kind.YEAR, entry, str(entry.year))
    for parameter in file.parameters:
        yield _item(Kind.PARAMETER, parameter, f"{parameter.key} från {parameter.valid_from}")


def _inhabitants(file: FederationFile, year: int) -> dict[str, tuple[int, int | None]]:
    """Inhabitants and agreed contribution by municipality code."""
    return {
        m.code: (m.inhabitants[year], (m.contributions_sek or {}).get(year))
        for m in file.municipalities
        if year in (m.inhabitants or {})
    }


def _lists(file: FederationFile) -> Iterator[Item]:
    for group in file.outcome_groups:
        yield _item(Kind.GROUP, group, group.label)
    for reason in file.exit_reasons:
        yield _item(Kind.REASON, reason, reason.label)
    for step in file.steps:
        yield _item(Kind.STEP, step, step.label)
    for kind in CODE_LISTS:
        for entry in file.items(kind):
            item = _item(Kind.LIST_ITEM, entry, f"{entry.label} ({CODE_LISTS[kind]})", common=entry.common_in(kind))
            yield Item(item.kind, (kind, *item.key), item.values, item.title, item.at)


ORDERED = {
    "municipalities": "code",
    "outcome_groups": "code",
    "exit_reasons": "code",
    "steps": "code",
    **dict.fromkeys(CODE_LISTS.values(), "code"),
    "initiatives": "slug",
}
"""The tables whose order is the federation's, with the key by which each row is known."""


def _orders(file: FederationFile) -> Iterator[Item]:
    for table, name in ORDERED.items():
        codes = tuple(getattr(entry, name) for entry in getattr(file, table))
        if codes:
            yield Item(Kind.ORDER, (table,), {"codes": codes}, table, (table,))
    for year in sorted({goal.year for goal in file.goals}):
        codes = tuple(goal.code for goal in file.goals if goal.year == year)
        yield Item(Kind.ORDER, ("goals", year), {"codes": codes}, f"goals {year}", ("goals",))


def _bands(file: FederationFile) -> Iterator[Item]:
    for kind in BandKind:
        bands = sorted((b for b in file.bands if b.kind == kind), key=lambda band: band.low)
        if bands:
            classes = tuple((band.label, band.low, band.high) for band in bands)
            yield Item(Kind.BANDS, (kind,), {"classes": classes}, str(kind.label), bands[0].at)


def _initiative(entry: InitiativeEntry, everyone: frozenset[str]) -> Iterator[Item]:
    parties = everyone if ALL_PARTIES in entry.parties else frozenset(entry.parties)
    apart = ("exit_reasons", "follow_up_months", "years")
    yield _item(Kind.INITIATIVE, entry, entry.name, *apart, parties=parties)
    key = (entry.slug,)
    yield Item(Kind.REASONS_OF, key, {"codes": frozenset(entry.exit_reasons)}, entry.name, (*entry.at, "exit_reasons"))
    months = frozenset(entry.follow_up_months)
    yield Item(Kind.FOLLOW_UP_OF, key, {"months": months}, entry.name, (*entry.at, "follow_up_months"))
    for year in entry.years:
        item = _item(Kind.YEAR_OF, year, f"{entry.name} {year.year}")
        yield Item(item.kind, (entry.slug, *item.key), item.values, item.title, item.at)


def _reports(file: FederationFile) -> Iterator[Item]:
    look = {name: getattr(file, name) for name in ("colour", "logo", "logo_text")}
    if any(look.values()):
        yield Item(Kind.LOOK, (), {name: value for name, value in look.items() if value}, "utseende")
    for report in file.reports:
        yield _item(Kind.REPORT, report, report.template)
    for schedule in file.schedules:
        rhythm = schedule.rhythm_in(file.rhythm)
        item = _item(Kind.SCHEDULE, schedule, f"{schedule.template} ({rhythm})")
        yield Item(item.kind, (schedule.template, rhythm), item.values, item.title, item.at)
