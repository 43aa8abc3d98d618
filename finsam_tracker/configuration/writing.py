"""Writes a federation as a file: the same form that is read, with what is left to its default left out."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.configuration.entry import Entry, default_of, keys_of

WIDTH = 120
TITLES = {
    "parties": "Medlemmar: af, fk, region eller municipality.",
    "municipalities": "Kommuner, i den ordning tabellerna har dem. Invånare är 16-64 år.",
    "funding": "Medel per år, i kronor.",
    "years": "Förbundets eget kapital och administration per år, i kronor.",
    "outcome_groups": "Utfallsgrupper. common: vad gruppen betyder i alla förbund.",
    "exit_reasons": "Avslutsorsaker. En som har använts avslutas med valid_to och tas inte bort.",
    "steps": "Stegmodellen, det lägsta steget först.",
    "education": "Utbildning. common: den gemensamma nivån, när koden är en annan.",
    "referrers": "Aktualiserande parter.",
    "support": "Offentlig försörjning.",
    "assignments": "Uppdrag.",
    "contact_kinds": "Slag av rådgivande samtal.",
    "contact_outcomes": "Vart rådgivande samtal ledde.",
    "activity_kinds": "Slag av strukturövergripande aktiviteter.",
    "audiences": "Målgrupper för aktiviteter.",
    "bands": "Klasser av tal.",
    "initiatives": "Insatser.",
    "goals": "Mål.",
    "parameters": "Antaganden.",
    "reports": "Rapporternas avsnitt, i deras ordning.",
    "schedules": "Scheman: utkastet räknas days dagar efter periodens sista dag.",
}


def written(file: FederationFile) -> str:
    """The text of the file."""
    tables = {name: value for name, value in _told(file) if name in TITLES}
    lines = [f"{name} = {_value(value)}" for name, value in _told(file) if name not in TITLES]
    for name, entries in tables.items():
        lines += ["", f"# {TITLES[name]}"]
        for entry in entries:
            lines += [f"[[{name}]]", *_lines(entry)]
    return "\n".join(lines) + "\n"


def _told(entry: Entry) -> Iterator[tuple[str, Any]]:
    """The keys of a table that say something, in the order of their declaration."""
    for name in keys_of(type(entry)):
        value = getattr(entry, name)
        if value != default_of(type(entry), name):
            yield name, value


def _lines(entry: Entry) -> Iterator[str]:
    for name, value in _told(entry):
        line = f"{name} = {_value(value)}"
        if len(line) <= WIDTH or not isinstance(value, tuple):
            yield line
        else:
            yield from (f"{name} = [", *(f"  {_value(element)}," for element in value), "]")


def _value(value: Any) -> str:
    match value:
        case Entry():
            return _inline(dict(_told(value)))
        case Mapping():
            return _inline(value)
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
    return _plain(value)


def _plain(value: str | bool | int | Decimal | date) -> str:
    match value:
        case bool() | str():  # as JSON writes them, so does TOML
            return json.dumps(value, ensure_ascii=False)
        case Decimal():
            return f"{value.normalize():f}"
    return str(value)


def _inline(pairs: Mapping[Any, Any]) -> str:
    return f"{{ {', '.join(f'{key} = {_value(value)}' for key, value in pairs.items())} }}"
