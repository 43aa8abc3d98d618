"""The vocabulary of tables. A table is a declaration; everything else is derived from it.

Rows and columns are *dimensions* of registrations or named *lines*; cells are *measures*. Measures combine with
``+ - *`` and say themselves in words, so that the page "Så räknas tabellen" cannot differ from what is computed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from finsam_tracker.core.parameters import ParameterSpec
from finsam_tracker.core.period import Period
from reports.chart import Chart
from reports.result import MISSING, NOT_APPLICABLE, Break, Cell, Format

if TYPE_CHECKING:
    from reports.compute import Place
    from reports.context import Context

Text = str | Promise
Registrations = QuerySet[Any]
TOTAL = "total"
"""The code of a sum over a dimension; no list item may have it."""
UNKNOWN = "unknown"
"""The code of "Uppgift saknas" where the registration has no value; a row of its own whenever it occurs."""


class DeclarationError(ValueError):
    """A declaration that cannot be computed; found when it is imported."""


class OutsideListError(LookupError):
    """A registration holds a value that its list does not have. The report stops rather than lose it."""


@dataclass(frozen=True)
class Column:
    """A column of the database that registrations are grouped by. ``expression`` where it is not a plain column."""

    name: str
    expression: Combinable | None = None

    @property
    def source(self) -> Combinable:
        return self.expression if self.expression is not None else F(self.name)


class Member(NamedTuple):
    """An item of a dimension. One ``only_if_occurs`` has no row until a registration has it."""

    code: str
    label: str
    only_if_occurs: bool = False


Placed = str | frozenset[str] | None
Placer = Callable[..., Placed]
Within = Mapping[str, str]
"""The codes already chosen in the row dimensions before this one, by dimension key."""


@dataclass(frozen=True)
class Joining:
    """How items of a dimension that have too few are shown as one row: under which title, and whether only
    ``neighbours`` may be (the classes of an ordered dimension) or any."""

    title: Text
    neighbours: bool = False


@dataclass(frozen=True)
class Dimension:
    """Something to break registrations down by.

    ``members`` gives its items, within the items chosen in the dimensions before it. ``placer`` gives a function from
    the raw values of ``columns`` to the code of an item, or None where the value is in no list.

    Where a registration may have ``several`` items at once the function gives a set of codes. It is then counted in the
    row of each, and once in the sum, which is therefore less than its parts together.
    """

    key: str
    title: Text
    columns: tuple[Column, ...]
    members: "Callable[[Context, Within], Sequence[Member]]"
    placer: "Callable[[Context], Placer]"
    several: bool = False
    # How items of too few are shown as one in what leaves the house; None where they never are.
    joined: "Joining | None" = None
    # Whether it tells of health or violence, whose small numbers are protected more.
    sensitive: bool = False


class Of(StrEnum):
    """What a population's numbers are numbers of; it decides how they are protected where they leave the house."""

    PEOPLE = "people"
    ANSWERS = "answers"
    THINGS = "things"


@dataclass(frozen=True)
class Population:
    """A named set of registrations in a period: a QuerySet method and what it is called.

    ``source`` names the registrations it is chosen from, as ``Context`` gives them. ``weight`` names the column that
    says how many each of them stands for; without one, each stands for itself. ``lived``: only the part of the period
    that has passed counts. ``passing``: made for one computation, as a goal's of one initiative is.
    """

    key: str
    title: Text
    rule: Text
    select: Callable[[Any, Period], Registrations]
    source: str = "participations"
    weight: str = ""
    lived: bool = False
    of: Of = Of.PEOPLE
    passing: bool = False

    def rows(self, context: "Context") -> Registrations:
        """The population of a scope and period."""
        return self.select(getattr(context, self.source)(), context.lived_period if self.lived else context.period)

    def number(self, rows: Registrations) -> int:
        """How many some of the population's rows stand for."""
        return rows.aggregate(n=Sum(self.weight, default=0))["n"] if self.weight else rows.count()


class Measure:
    """Something that has a value at each place of a table."""

    def at(self, place: "Place") -> Cell:
        raise NotImplementedError

    def words(self) -> str:
        """The measure in Swedish words."""
        raise NotImplementedError

    def exact(self, place: "Place") -> Decimal | None:
        """The value before rounding, which a target is held against; None where there is none."""
        cell = self.at(place)
        return None if cell.value is None else Decimal(cell.number)

    def parts(self) -> "tuple[Measure, ...]":
        """The measures this one is made of."""
        return ()

    @cached_property
    def leaves(self) -> "tuple[Measure, ...]":
        """The measures at the bottom."""
        return tuple(leaf for part in self.parts() for leaf in part.leaves) or (self,)

    def named(self) -> "Iterator[Named]":
        """The measures with a name of their own in this one, itself included."""
        if isinstance(self, Named):
            yield self
        for part in self.parts():
            yield from part.named()

    def counts(self) -> "Iterator[Count]":
        return (leaf for leaf in self.leaves if isinstance(leaf, Count))

    def __add__(self, other: "Measure") -> "Measure":
        return Arithmetic("+", self, other)

    def __sub__(self, other: "Measure") -> "Measure":
        return Arithmetic("-", self, other)

    def __mul__(self, other: "Measure") -> "Measure":
        return Arithmetic("*", self, other)


@dataclass(frozen=True)
class Count(Measure):
    """How many registrations of a population there are, optionally only those with one of some codes."""

    population: Population
    dimension: Dimension | None = None
    codes: frozenset[str] = frozenset()
    title: Text = ""

    def at(self, place: "Place") -> Cell:
        return Cell(place.count(self))

    def words(self) -> str:
        return str(self.title or self.population.title)

    def chooses(self, code: str) -> bool:
        """Whether it counts the registrations with a code in the dimension it chooses by."""
        return code in self.codes


@dataclass(frozen=True)
class Given(Measure):
    """A yearly figure of the federation by the code of the row, such as inhabitants. Not a count of registrations."""

    title: Text
    figures: "Callable[[Context], Mapping[str, int | Decimal]]"

    def at(self, place: "Place") -> Cell:
        if place.context.year is None:
            return NOT_APPLICABLE
        figures = self.figures(place.context)
        if not figures:
            return MISSING
        code = place.rows[-1] if place.rows else TOTAL
        return Cell(sum(figures.values(), start=0) if code == TOTAL else figures.get(code, 0))

    def words(self) -> str:
        return str(self.title)


@dataclass(frozen=True)
class Assumption(Measure):
    """A dated parameter of the federation. Missing where it has no value, and so is all that is made of it; of one
    that is ``required`` the table then says so."""

    spec: ParameterSpec
    required: bool = True

    def at(self, place: "Place") -> Cell:
        held = place.context.parameters.get(self.spec.key)
        return MISSING if held is None else Cell(held.value)

    def words(self) -> str:
        return f"{self.spec.title} ({self.spec.unit})"


@dataclass(frozen=True)
class Constant(Measure):
    """A number that is so by definition, such as twelve months a year."""

    value: int | Decimal
    title: Text = ""

    def at(self, place: "Place") -> Cell:
        return Cell(self.value)

    def words(self) -> str:
        return str(self.title or self.value).replace(".", ",")


@dataclass(frozen=True)
class Named(Measure):
    """A measure with a name of its own, by which others refer to it."""

    title: Text
    measure: Measure
    meaning: Text = ""

    def at(self, place: "Place") -> Cell:
        return place.once(self, self.measure)

    def words(self) -> str:
        return str(self.title)

    def parts(self) -> tuple[Measure, ...]:
        return (self.measure,)


def plain(number: int | Decimal) -> int | Decimal:
    """A product's decimals as a reader writes them: 1705000, not 1705000.0000; 4.25, not 4.2500."""
    if isinstance(number, int):
        return number
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


SIGNS = {"+": "+", "-": "\N{MINUS SIGN}", "*": "\N{MULTIPLICATION SIGN}"}


@dataclass(frozen=True)
class Arithmetic(Measure):
    """Two measures added, subtracted or multiplied. What one lacks, the outcome lacks too."""

    sign: str
    left: Measure
    right: Measure

    def at(self, place: "Place") -> Cell:
        left, right = self.left.at(place), self.right.at(place)
        for cell in (left, right):
            if cell.value is None:
                return cell
        match self.sign:
            case "+":
                return Cell(plain(left.number + right.number))
            case "-":
                return Cell(plain(left.number - right.number))
        return Cell(plain(left.number * right.number))

    def words(self) -> str:
        return f"{self.left.words()} {SIGNS[self.sign]} {self.right.words()}"

    def parts(self) -> tuple[Measure, ...]:
        return (self.left, self.right)


def in_one(measure: Measure) -> str:
    """A measure in words that something can be said of: a sum within brackets."""
    return f"({measure.words()})" if isinstance(measure, Arithmetic) else measure.words()


@dataclass(frozen=True)
class Percent(Measure):
    """A share in percent, rounded half up to ``decimals``; not applicable where there is nothing to take a share of."""

    numerator: Measure
    denominator: Measure
    decimals: int = 0

    def exact(self, place: "Place") -> Decimal | None:
        """The share in percent before rounding."""
        top, base = self.numerator.at(place), self.denominator.at(place)
        if top.value is None or base.value is None or not base.number:
            return None
        return Decimal(100) * Decimal(top.number) / Decimal(base.number)

    def at(self, place: "Place") -> Cell:
        share = self.exact(place)
        if share is None:
            return NOT_APPLICABLE
        return Cell(share.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP))

    def words(self) -> str:
        if self.denominator == OfAll(self.numerator):
            return _("radens del av hela tabellen, i procent")
        return _("%(part)s i procent av %(whole)s") % {
            "part": in_one(self.numerator),
            "whole": in_one(self.denominator),
        }

    def parts(self) -> tuple[Measure, ...]:
        return (self.numerator, self.denominator)


@dataclass(frozen=True)
class Ratio(Measure):
    """One measure divided by another, such as a mean or a cost for each; rounded half up to ``decimals``.

    Missing where there is nothing to divide by: nobody has answered, nobody has taken part.
    """

    numerator: Measure
    denominator: Measure
    decimals: int = 2

    def exact(self, place: "Place") -> Decimal | None:
        top, base = self.numerator.at(place), self.denominator.at(place)
        if top.value is None or base.value is None or not base.number:
            return None
        return Decimal(top.number) / Decimal(base.number)

    def at(self, place: "Place") -> Cell:
        lacking = next((c for c in (self.numerator.at(place), self.denominator.at(place)) if c.value is None), None)
        quotient = self.exact(place)
        if lacking is not None or quotient is None:
            return lacking or MISSING
        return Cell(quotient.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP))

    def words(self) -> str:
        return _("%(part)s delat med %(whole)s") % {
            "part": in_one(self.numerator),
            "whole": in_one(self.denominator),
        }

    def parts(self) -> tuple[Measure, ...]:
        return (self.numerator, self.denominator)


@dataclass(frozen=True)
class Words(Measure):
    """A text that stands in a cell."""

    text: Text

    def at(self, place: "Place") -> Cell:
        return Cell(str(self.text))

    def words(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class OfAll(Measure):
    """A measure summed over all rows: what a row's share is taken of."""

    measure: Measure

    def at(self, place: "Place") -> Cell:
        return self.measure.at(place.over_all_rows())

    def words(self) -> str:
        return _("%s i hela tabellen") % self.measure.words()

    def parts(self) -> tuple[Measure, ...]:
        return (self.measure,)


@dataclass(frozen=True)
class Figure:
    """A column of a table: one measure, or one measure split by a dimension with a sum at the end.

    In a table that has lines only, the lines bring the measures and the column has none of its own. A split without a
    ``sum_title`` has no sum: its parts overlap.
    """

    key: str
    title: Text
    measure: Measure | None = None
    format: Format = Format.COUNT
    split: Dimension | None = None
    sum_title: Text = ""


@dataclass(frozen=True)
class Line:
    """A row with a name of its own and its own measure in each column; a column without one is not applicable."""

    key: str
    title: Text
    cells: Mapping[str, Measure]


@dataclass(frozen=True)
class Table:
    """A declared table. See the module's docstring; ``definition`` is the sentence that a reader needs first."""

    key: str
    title: Text
    definition: Text
    source: Text
    valid_from: date
    figures: tuple[Figure, ...]
    rows: tuple[Dimension, ...] = ()
    row_total: Text = ""
    lines: "Callable[[Context], Sequence[Line]] | None" = None
    heading: Text = ""
    version: int = 1
    zero: str = "0"
    notes: tuple[Text, ...] = ()
    # Notes that depend on the federation and the period.
    notes_on: "Callable[[Context], Sequence[Text]] | None" = None
    # Where columns that follow each other in time are less alike on either side, by federation and period.
    breaks_on: "Callable[[Context], Sequence[Break]] | None" = None
    counts_registrations: bool = True
    # What is counted, where it is not participations.
    counts: Text = ""
    whole_federation_only: bool = False
    # Whether its registrations have a municipality and an assignment, by which a scope may be narrowed.
    can_be_narrowed: bool = True
    extra_measures: tuple[Measure, ...] = field(default=())
    # The last day of a definition that has been replaced, and the definitions that this one replaced, latest first.
    valid_to: date | None = None
    earlier: "tuple[Table, ...]" = ()
    # ``Chart()`` draws by the shape of the table; None draws nothing.
    chart: Chart | None = None

    def __post_init__(self) -> None:
        keys = [figure.key for figure in self.figures]
        if len(set(keys)) != len(keys):
            raise DeclarationError(f"Table {self.key!r} has two columns with one key: {keys}. Give each its own.")
        if not self.rows and self.lines is None:
            raise DeclarationError(f"Table {self.key!r} has neither rows nor lines. Declare what its rows are.")
        if self.rows and any(figure.measure is None for figure in self.figures):
            raise DeclarationError(f"Table {self.key!r} has rows and a column without a measure. Give it one.")
        if sum(figure.split is not None for figure in self.figures) > 1:
            raise DeclarationError(f"Table {self.key!r} splits two columns. Make two tables of it.")
        if not str(self.definition).endswith("."):
            raise DeclarationError(f"Table {self.key!r}: end the definition with a full stop; it is a sentence.")
        self._check_history()

    def _check_history(self) -> None:
        for newer, older in pairwise((self, *self.earlier)):
            if older.key != self.key or older.version >= newer.version:
                raise DeclarationError(
                    f"Table {self.key!r}: version {older.version} of {older.key!r} cannot come before version "
                    f"{newer.version}. Give earlier versions the same key and list them latest first."
                )
            if older.valid_to != newer.valid_from - timedelta(days=1):
                raise DeclarationError(
                    f"Table {self.key!r}: version {older.version} ends {older.valid_to}, and version {newer.version} "
                    f"begins {newer.valid_from}. Let each end the day before the next begins."
                )

    def on(self, day: date) -> "Table":
        """The version that was in force on a day; the oldest for days before it."""
        versions = (self, *self.earlier)
        return next((table for table in versions if table.valid_from <= day), versions[-1])

    def counts_label(self, context: "Context") -> str:
        """What the table counts, in a sentence; empty where it counts no registrations."""
        if not self.counts_registrations:
            return ""
        return str(self.counts) or context.counts_label

    def all_notes(self, context: "Context") -> tuple[Text, ...]:
        """The notes that always hold, and those of this federation and period."""
        return (*self.notes, *(self.notes_on(context) if self.notes_on else ()))

    @cached_property
    def splits(self) -> tuple[Dimension, ...]:
        """The dimension that a column is split by, where there is one."""
        return tuple(figure.split for figure in self.figures if figure.split)

    def lines_in(self, context: "Context") -> list[Line]:
        """The table's lines for a federation and period."""
        return list(self.lines(context)) if self.lines else []

    def measures(self, context: "Context") -> Iterator[Measure]:
        """Every measure that some cell of the table has."""
        return self.measures_with(self.lines_in(context))

    def measures_with(self, lines: Iterable[Line]) -> Iterator[Measure]:
        """The measures of the columns and of some lines."""
        yield from (figure.measure for figure in self.figures if figure.measure is not None)
        for line in lines:
            yield from line.cells.values()
