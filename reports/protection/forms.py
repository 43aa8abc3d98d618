"""What a published cell tells about boxes: which it is the number or a fixed sum of, and which it is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from reports.context import Context
from reports.definition import (
    Arithmetic,
    Assumption,
    Constant,
    Count,
    Dimension,
    Given,
    Measure,
    Named,
    OfAll,
    Percent,
)
from reports.dimensions.common import INITIATIVE
from reports.protection.boxes import AT_ONE_DAY, JOIN, Box

Weights = Mapping[Box, Fraction]


@dataclass(frozen=True)
class Spot:
    """Where in a table a cell stands: what narrows every count in it."""

    context: Context
    codes: tuple[tuple[Dimension, str], ...]

    def box(self, count: Count, *, chosen: bool = True) -> Box:
        """The registrations that a count counts here; with ``chosen`` False before it chooses among them."""
        period = self.context.period
        start = period.end if count.population.key in AT_ONE_DAY else period.start
        box = Box(count.population.key, start, period.end)
        if self.context.scope.initiative:
            box = box.within(INITIATIVE.key, self.context.scope.initiative.slug)
        for dimension, code in self.codes:
            box = box.within(dimension.key, code)
        if chosen and count.dimension is not None and count.codes:
            box = box.within(count.dimension.key, JOIN.join(sorted(count.codes)))
        return box

    def over_all_rows(self) -> "Spot":
        return Spot(self.context, ())


@dataclass(frozen=True)
class Form:
    """A fixed sum of boxes in whole numbers without a common factor, which a printed figure is a multiple of."""

    terms: tuple[tuple[Box, int], ...]

    @property
    def is_a_box(self) -> bool:
        return len(self.terms) == 1

    @property
    def counts_people(self) -> bool:
        return all(number == 1 for _box, number in self.terms)

    @property
    def key(self) -> str:
        if self.is_a_box:
            return self.terms[0][0].key
        return "sum of " + " and ".join(f"{number} x {box.key}" for box, number in self.terms)


def forms(measure: Measure, spot: Spot) -> Iterator[Form]:
    """What a cell is made of: one form where it is a fixed sum of boxes, several where it is worked out from some."""
    weights = _weights(measure, spot)
    if weights is None:
        for part in measure.parts():
            yield from forms(part, spot.over_all_rows() if isinstance(measure, OfAll) else spot)
    elif len({number > 0 for number in weights.values()}) == 1:
        yield _form(weights)
    else:
        # A difference says something about each.
        for box in weights:
            yield Form(((box, 1),))


def bases(measure: Measure, spot: Spot) -> Iterator[Box]:
    """The people that a figure with weights is about."""
    for count in measure.counts():
        yield spot.box(count, chosen=False)


def percents(measure: Measure) -> Iterator[Percent]:
    """The shares in a measure, itself included."""
    if isinstance(measure, Percent):
        yield measure
    for part in measure.parts():
        yield from percents(part)


def _form(weights: Weights) -> Form:
    scale = lcm(*(number.denominator for number in weights.values()))
    whole = {box: int(abs(number) * scale) for box, number in weights.items()}
    common = gcd(*whole.values())
    return Form(tuple(sorted((box, number // common) for box, number in whole.items())))


def _weights(measure: Measure, spot: Spot) -> Weights | None:
    """How many times each box a measure is; None where it is no such sum."""
    match measure:
        case Count():
            box = spot.box(measure)
            return {} if box.is_nobody else {box: Fraction(1)}
        case Named() | OfAll():
            return _weights(measure.measure, spot.over_all_rows() if isinstance(measure, OfAll) else spot)
        case Constant() | Assumption() | Given():
            return {}
        case Arithmetic():
            return _product(measure, spot) if measure.sign == "*" else _sum(measure, spot)
    return None


def _sum(measure: Arithmetic, spot: Spot) -> Weights | None:
    left, right = _weights(measure.left, spot), _weights(measure.right, spot)
    if left is None or right is None:
        return None
    found = dict(left)
    for box, number in right.items():
        found[box] = found.get(box, Fraction(0)) + (number if measure.sign == "+" else -number)
    return {box: number for box, number in found.items() if number}


def _product(measure: Arithmetic, spot: Spot) -> Weights | None:
    for one, other in ((measure.left, measure.right), (measure.right, measure.left)):
        factor, weights = _factor(one, spot.context), _weights(other, spot)
        if factor is not None and weights is not None:
            return {box: number * factor for box, number in weights.items() if factor}
    return None


def _factor(measure: Measure, context: Context) -> Fraction | None:
    """The fixed number that a measure is, where it is one."""
    match measure:
        case Constant():
            return Fraction(measure.value)
        case Assumption():
            held = context.parameters.get(measure.spec.key)
            return None if held is None else Fraction(held.value)
        case Named():
            return _factor(measure.measure, context)
        case Arithmetic(sign="*"):
            left, right = _factor(measure.left, context), _factor(measure.right, context)
            return None if left is None or right is None else left * right
    return None
