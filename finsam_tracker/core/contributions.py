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


def municipal_contributions(
    share: Decimal | None, inhabitants: Mapping[str, int], agreed: Mapping[str, Decimal | None]
) -> dict[str, Decimal]:
    """What each municipality pays in a year, in kronor: what was agreed on, otherwise its part of the share by key.

    Empty where neither is known. Agreed amounts are used only where every municipality with inhabitants has one.
    """
    amounts = {code: amount for code in inhabitants if (amount := agreed.get(code)) is not None}
    if len(amounts) == len(inhabitants):
        return amounts
    return {} if share is None else split_to_the_krona(share, inhabitants)
