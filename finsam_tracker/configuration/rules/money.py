"""Funds, and the inhabitants by whom the municipal share is split."""

from finsam_tracker.configuration.entries import FederationFile, FundingEntry, MunicipalityEntry
from finsam_tracker.configuration.faults import Faults


def _municipalities(file: FederationFile) -> list[MunicipalityEntry]:
    if not file.is_sound("municipalities"):
        return []
    sound = [m for m in file.municipalities if m.is_sound("code", "inhabitants", "contributions_sek")]
    # Where some pay, one about which nothing is said is no member: people come from it, and it pays nothing.
    return [m for m in sound if m.inhabitants or m.contributions_sek] or sound


def _funding(file: FederationFile) -> list[FundingEntry]:
    return [f for f in file.funding if f.is_sound("year", "municipalities")] if file.is_sound("funding") else []


def funded_years_have_inhabitants(file: FederationFile, faults: Faults) -> None:
    for year in (entry.year for entry in _funding(file) if entry.municipalities):
        for municipality in _municipalities(file):
            if year not in (municipality.inhabitants or {}):
                faults.add(
                    (*municipality.at, "inhabitants"),
                    f"{municipality.name} saknar invånare {year}, då kommunerna bidrar med medel. "
                    f"Lägg till {year} = antal.",
                )


def contributions_are_whole(file: FederationFile, faults: Faults) -> None:
    """In a year every municipality has an agreed contribution or none has; together they are what is funded."""
    agreed = {m.code: m.contributions_sek or {} for m in _municipalities(file)}
    told = {entry.year: entry for entry in _funding(file)}
    for year in sorted({year for years in agreed.values() for year in years}):
        _check_year(year, file, faults)
        total = sum(years.get(year, 0) for years in agreed.values())
        entry = told.get(year)
        if (
            entry
            and entry.municipalities is not None
            and all(year in years for years in agreed.values())
            and total != entry.municipalities
        ):
            faults.warn(
                (*entry.at, "municipalities"),
                f"Kommunernas bidrag {year} blir tillsammans {total}, men här står "
                f"{entry.municipalities}. Ändra det som är fel.",
            )


def _check_year(year: int, file: FederationFile, faults: Faults) -> None:
    for municipality in _municipalities(file):
        at = (*municipality.at, "contributions_sek")
        if year not in (municipality.contributions_sek or {}):
            faults.add(
                at,
                f"{municipality.name} saknar bidrag {year}, men en annan kommun har det. "
                "Skriv det för alla eller ingen.",
            )
        elif year not in (municipality.inhabitants or {}):
            faults.add(
                (*at, str(year)),
                f"{municipality.name} har ett bidrag {year} men inga invånare. Lägg till {year} i inhabitants.",
            )
