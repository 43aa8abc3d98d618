"""The sums that must hold in and between tables. Works on results alone: stored, computed or frozen ones."""

from reports.reconcile import distributions, tables
from reports.reconcile.check import RULES, Check, Results

__all__ = ["Check", "distributions", "reconcile", "tables"]


def reconcile(results: Results) -> list[Check]:
    """Every rule whose tables are there."""
    return [check for needs, function in RULES if needs <= results.keys() for check in function(results)]
