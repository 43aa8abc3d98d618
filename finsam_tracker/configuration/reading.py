"""Reads a federation's file: text in, values and everything that is wrong with them out. Asks no database."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.configuration.entry import read_entry
from finsam_tracker.configuration.faults import ConfigurationError, Fault, Faults
from finsam_tracker.configuration.locator import locate
from finsam_tracker.configuration.rules import RULES


@dataclass(frozen=True)
class Document:
    """A file that was read: its name, what it says and what is wrong with it."""

    name: str
    file: FederationFile
    faults: Faults


def read_document(path: Path) -> Document:
    """The file and all its faults. Raises ConfigurationError where it is not TOML: then nothing in it can be read."""
    text = _text(path)
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(str(path), [_not_toml(str(error), text)]) from error
    faults = Faults(locate(text))
    file = read_entry(FederationFile, raw, (), faults)
    for rule in RULES:
        rule(file, faults)
    return Document(str(path), file, faults)


def read_federation_file(path: Path) -> FederationFile:
    """The federation that a file describes; raises ConfigurationError with every fault."""
    document = read_document(path)
    if document.faults.faults:
        raise ConfigurationError(document.name, document.faults.faults)
    return document.file


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        sentence = "Filen är inte skriven i UTF-8. Spara den på nytt med den teckenkodningen."
        raise ConfigurationError(str(path), [Fault(line, sentence)]) from error


_SENTENCES = (
    ("Cannot overwrite", "Nyckeln står redan i samma tabell. Ta bort den ena raden."),
    ("Cannot mutate immutable", "Tabellen är redan skriven som { ... }. Skriv allt på ett av ställena."),
    ("twice", "Tabellen är redan påbörjad. Skriv [[...]] med dubbla hakparenteser om det ska vara en till."),
    ("Expected '='", "Det saknas ett likhetstecken efter nyckeln. Skriv nyckel = värde, med bara a-z i nyckeln."),
    ("Illegal character '\\n'", 'Texten avslutas inte på raden. Sätt ett " i slutet.'),
    ("Unterminated string", 'Texten avslutas inte. Sätt ett " i slutet.'),
    ("Unclosed array", "Listan avslutas inte. Sätt ett ] i slutet."),
    (
        "Unclosed inline table",
        "Klammerparentesen avslutas inte. Sätt ett } sist, komma mellan delarna, och inga mellanslag i tal.",
    ),
    ("at the end of a table", "Rubriken avslutas inte. Skriv [[rubrik]] med lika många hakparenteser på båda sidor."),
    ("at the end of an array", "Rubriken avslutas inte. Skriv [[rubrik]] med lika många hakparenteser på båda sidor."),
    ("Invalid date", "Datumet finns inte. Rätta det, och skriv åååå-mm-dd."),
    (
        "after a statement",
        "Det står något mer efter värdet. Skriv text inom raka citattecken, decimaler med punkt, datum som 2025-01-31.",
    ),
    ("Invalid initial character", "Nyckeln går inte att läsa. Använd bara a-z, siffror, bindestreck och understreck."),
    ("Invalid statement", "Raden går inte att läsa. Skriv nyckel = värde, [[rubrik]] eller # kommentar."),
    (
        "Unescaped",
        "Texten har ett bakstreck, som betyder något annat i TOML. Skriv det dubbelt, eller ta bort det.",
    ),
    (
        "Invalid value",
        "Värdet går inte att läsa. Skriv text inom raka citattecken, datum som 2025-01-31, ja/nej som true/false.",
    ),
)


def _not_toml(told: str, text: str) -> Fault:
    """What ``tomllib`` says, in Swedish. It stops at the first fault, so there may be more."""
    place = re.search(r"at line (\d+)", told)
    line = int(place[1]) if place else text.rstrip().count("\n") + 1
    plain = f"Raden följer inte TOML ({told.partition(' (at ')[0]}). Jämför med exempelfilen."
    sentence = next((sentence for part, sentence in _SENTENCES if part in told), plain)
    return Fault(line, f"{sentence} Resten av filen kan kontrolleras först när detta är rättat.")
