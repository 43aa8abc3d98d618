"""Splitting the municipalities' share of a federation's funds by inhabitants."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction


def split_to_the_krona(amount: Decimal, weights: Mapping[str, int]) -> dict[str, Decimal]:
    """Whole kronor by weight, by the largest remainder, so that the parts add up to the amount.

    Equal remainders go to the heavier, then to the first named. No weight at all gives nothing to anyone.
    """
    total = sum(weights.values())
    if not total:
        return dict.fromkeys(weights, Decimal(0))
    exact = {key: Fraction(int(amount)) * weight / total for key, weight in weights.items()}
    parts = {key: int(share) for key, share in exact.items()}
    left = int(amount) - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: (-(exact[key] - parts[key]), -weights[key]))
    for key in by_remainder[:left]:
        parts[key] += 1
    return {key: Decimal(part) for key, part in parts.items()}
