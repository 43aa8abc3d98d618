"""A federation's money by the year, in kronor, and the inhabitants by whom the municipal share is split."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, FederationYear, Funding, Inhabitants, Municipality, User
from finsam_tracker.core.services.acting import Act, Problems, changed, lock_set_up, refuse
from finsam_tracker.core.texts import sek_problems, year_problems

MOST_INHABITANTS = 10_000_000
"""More than the country has of working age."""


@dataclass(frozen=True)
class Settled:
    """What is known of a municipality in a year. ``contribution_sek`` is what was agreed on instead of the key."""

    count: int
    contribution_sek: Decimal | None = None


@dataclass(frozen=True)
class YearOfFederation:
    """A federation's own money in a year; None is not known."""

    own_capital_sek: Decimal | None = None
    administration_budget_sek: Decimal | None = None
    administration_outcome_sek: Decimal | None = None


@transaction.atomic
def set_inhabitants(
    *, by: User, federation: Federation, year: int, settled: Mapping[str, Settled], now: datetime
) -> bool:
    """Inhabitants 16-64 of a year by municipality code, and what each has agreed to pay where they have.

    A municipality that is left out has none registered. Either all that have any have an agreed contribution, or none.
    Returns whether anything changed. Errors are by "year", and by "count_<code>" and "contribution_<code>".
    """
    lock_set_up(by, federation)
    municipalities = {m.code: m for m in federation.municipalities.all()}
    refuse(_inhabitants_problems(year, settled, municipalities))
    rows = Inhabitants.objects.filter(municipality__federation=federation, year=year)
    before = {row.municipality.code: Settled(row.count, row.contribution_sek) for row in rows.select_related()}
    if before == dict(settled):
        return False
    rows.delete()
    for code, known in settled.items():
        Inhabitants.objects.create(municipality=municipalities[code], year=year, **asdict(known))
    Act(by, federation, "set_inhabitants", now).did_to_figures(federation, from_day=date(year, 1, 1), reason=str(year))
    return True


def _inhabitants_problems(year: int, settled: Mapping[str, Settled], known: Mapping[str, Municipality]) -> Problems:
    problems: Problems = {"year": year_problems(year)}
    agreed = [code for code, row in settled.items() if row.contribution_sek is not None]
    for code, row in settled.items():
        if code not in known:
            problems["__all__"] = [_("Kommunen ”%s” finns inte i förbundet.") % code[:40]]
        if not 0 < row.count <= MOST_INHABITANTS:
            problems[f"count_{code}"] = [_("Skriv antalet invånare 16-64 år som ett heltal, till exempel 12500.")]
        problems[f"contribution_{code}"] = sek_problems(row.contribution_sek)
    # One without inhabitants is no member: people come from it, and it pays nothing.
    if agreed and len(agreed) < len(settled):
        missing = ", ".join(m.name for code, m in known.items() if code in settled and code not in agreed)
        problems["__all__"] = [
            _("Avtalat bidrag ska anges för alla kommuner eller för ingen. Det saknas för %s.") % missing
        ]
    return problems


@transaction.atomic
def set_funding(
    *, by: User, federation: Federation, year: int, amounts: Mapping[str, Decimal | None], now: datetime
) -> bool:
    """What each source (``Funding.Source``) contributes in a year; None is not known, and one left out stays as it is.

    Returns whether anything changed. Errors are by "year" and by source.
    """
    lock_set_up(by, federation)
    problems: Problems = {source: sek_problems(amount) for source, amount in amounts.items()}
    problems["year"] = year_problems(year)
    if unknown := set(amounts) - set(Funding.Source.values):
        problems["__all__"] = [_("Källan ”%s” finns inte. Välj staten, regionen eller kommunerna.") % min(unknown)[:40]]
    refuse(problems)
    rows = Funding.objects.filter(federation=federation, year=year, source__in=amounts)
    if dict(rows.values_list("source", "amount_sek")) == {s: a for s, a in amounts.items() if a is not None}:
        return False
    rows.delete()
    for source, amount in amounts.items():
        if amount is not None:
            Funding.objects.create(federation=federation, year=year, source=source, amount_sek=amount)
    Act(by, federation, "set_funding", now).did_to_figures(federation, from_day=date(year, 1, 1), reason=str(year))
    return True


@transaction.atomic
def set_federation_year(*, by: User, federation: Federation, year: int, facts: YearOfFederation, now: datetime) -> bool:
    """Own capital and administration of a year; returns whether anything changed. Nothing known is no row."""
    lock_set_up(by, federation)
    refuse(
        {
            "year": year_problems(year),
            "own_capital_sek": sek_problems(facts.own_capital_sek, may_be_negative=True),
            "administration_budget_sek": sek_problems(facts.administration_budget_sek),
            "administration_outcome_sek": sek_problems(facts.administration_outcome_sek, may_be_negative=True),
        }
    )
    row = FederationYear.objects.filter(federation=federation, year=year).first()
    row = row or FederationYear(federation=federation, year=year)
    if not changed(row, asdict(facts)):
        return False
    act = Act(by, federation, "set_federation_year", now)
    act.did_to_figures(federation, from_day=date(year, 1, 1), reason=str(year))
    if facts == YearOfFederation():
        row.delete()
    else:
        row.save()
    return True
