"""The financing table of a year: inhabitants, share, and what each municipality pays."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from finsam_tracker.core.contributions import municipal_contributions
from finsam_tracker.core.models import Federation, Funding, Inhabitants


@dataclass(frozen=True)
class ContributionRow:
    """A municipality, or the sum of all. ``share`` is of all inhabitants, in percent; None is not known."""

    name: str
    inhabitants: int | None
    share: Decimal | None
    contribution: Decimal | None


class ContributionTable:
    """The table; every row adds up to its total, to the krona."""

    def __init__(self, federation: Federation, year: int) -> None:
        self.municipalities = list(federation.municipalities.all())
        rows = Inhabitants.objects.filter(municipality__federation=federation, year=year).select_related("municipality")
        self._held = {row.municipality.code: row for row in rows}
        funded = federation.funding.filter(year=year, source=Funding.Source.MUNICIPALITIES).first()
        self.share = funded.amount_sek if funded else None

    @cached_property
    def counts(self) -> dict[str, int]:
        """Inhabitants by municipality, in order."""
        return {m.code: self._held[m.code].count for m in self.municipalities if m.code in self._held}

    @cached_property
    def contributions(self) -> dict[str, Decimal]:
        """Kronor by municipality."""
        agreed = {code: row.contribution_sek for code, row in self._held.items()}
        return municipal_contributions(self.share, self.counts, agreed)

    @property
    def is_agreed(self) -> bool:
        """Whether the amounts were agreed on."""
        return bool(self._held) and all(row.contribution_sek is not None for row in self._held.values())

    @property
    def difference(self) -> Decimal:
        """What agreed amounts lack to, or have beyond, what the municipalities contribute together."""
        return sum(self.contributions.values(), Decimal(0)) - (self.share or Decimal(0))

    def rows(self) -> Iterator[ContributionRow]:
        """The municipalities, in order."""
        every = sum(self.counts.values())
        for municipality in self.municipalities:
            count = self.counts.get(municipality.code)
            share = None if count is None else Decimal(100 * count) / every
            yield ContributionRow(municipality.name, count, share, self.contributions.get(municipality.code))

    @property
    def total(self) -> ContributionRow:
        """The sum of all rows."""
        known = bool(self.counts)
        paid = sum(self.contributions.values(), Decimal(0)) if self.contributions else None
        return ContributionRow("", sum(self.counts.values()) if known else None, Decimal(100) if known else None, paid)
