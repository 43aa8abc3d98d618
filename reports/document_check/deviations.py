"""What is taken from two other columns: deviations from a budget in kronor and in percent, and sums and differences
that hold in all the other rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, permutations

from django.utils.translation import gettext as _

from reports.document_check.columns import adds_up, is_share, slack
from reports.document_check.contradiction import Contradiction, place_in
from reports.document_check.grid import Grid
from reports.document_check.limits import MAX_RULE_COLUMNS, MAX_RULE_ROWS
from reports.document_check.numbers import shown

_OUTCOMES = ("utfall", "förbrukat", "förbrukning", "redovisat", "resultat")
_ALL = 100
_LEAST_FITS = 3
_LARGE = 10
"""Small numbers fit each other by chance."""


@dataclass(frozen=True)
class Rule:
    """A column that follows from two others, with the formula in words."""

    column: int
    one: int
    other: int
    formula: Callable[[Decimal, Decimal], Decimal | None]
    words: str
    is_share: bool = False


def deviations(grid: Grid) -> Iterator[Contradiction]:
    """Each column called a deviation against budget and outcome beside it. Either may be taken from the other: the way
    that most rows follow is the table's."""
    for column, line in enumerate(grid.columns):
        if "avvik" in line.words and (pair := _beside(grid, column)):
            rules = list(_of_share(column, *pair) if is_share(grid, column) else _of_money(grid, column, *pair))
            best = min(rules, key=lambda rule: _badness(grid, rule))
            yield from _unlike(grid, best, _rows(grid, best))


def differences(grid: Grid) -> Iterator[Contradiction]:
    """A column that is two others added or subtracted in at least three rows, and in all but one of four."""
    columns = [n for n in range(len(grid.columns)) if adds_up(grid, n)]
    if len(columns) > MAX_RULE_COLUMNS:
        return
    for column in columns:
        line = grid.columns[column]
        if "avvik" not in line.words and line.total_of is None and (rule := _evident(grid, column, columns)):
            yield from _unlike(grid, rule, _rows(grid, rule))


def _beside(grid: Grid, column: int) -> tuple[int, int] | None:
    """The nearest budget and outcome under the same heading."""
    words = {n: grid.columns[n].words for n in _near(grid, column)}
    budgets = [n for n, said in words.items() if "budget" in said]
    outcomes = [n for n, said in words.items() if "budget" not in said and any(word in said for word in _OUTCOMES)]
    return (budgets[0], outcomes[0]) if budgets and outcomes else None


def _near(grid: Grid, column: int) -> list[int]:
    group = grid.columns[column].folded[:-1]
    others = (
        n
        for n in range(len(grid.columns))
        if grid.columns[n].folded[:-1] == group and "avvik" not in grid.columns[n].words and adds_up(grid, n)
    )
    return sorted(others, key=lambda n: abs(column - n))


def _of_money(grid: Grid, column: int, budget: int, outcome: int) -> Iterator[Rule]:
    names = grid.columns[budget].name, grid.columns[outcome].name
    yield Rule(column, budget, outcome, lambda b, o: b - o, f"{names[0]} − {names[1]}")
    yield Rule(column, outcome, budget, lambda o, b: o - b, f"{names[1]} − {names[0]}")


def _of_share(column: int, budget: int, outcome: int) -> Iterator[Rule]:
    told = _("avvikelsen i procent av budgeten")
    yield Rule(column, budget, outcome, lambda b, o: _ALL * (b - o) / b if b else None, told, is_share=True)
    yield Rule(column, budget, outcome, lambda b, o: _ALL * (o - b) / b if b else None, told, is_share=True)
    told = _("utfallet i procent av budgeten")
    yield Rule(column, budget, outcome, lambda b, o: _ALL * o / b if b else None, told, is_share=True)


def _badness(grid: Grid, rule: Rule) -> tuple[int, Decimal]:
    """How many rows a rule does not fit, and how far they are from it."""
    away = [abs(grid.values[row][rule.column].number - expected) for row, expected in _rows(grid, rule)]
    wrong = sum(not _is_near(grid, row, rule, expected) for row, expected in _rows(grid, rule))
    return wrong, sum(away, Decimal(0))


def _rows(grid: Grid, rule: Rule) -> Iterator[tuple[int, Decimal]]:
    """The rows where all three are known, with what the rule says."""
    for row, values in enumerate(grid.values):
        if all(values[n].is_number for n in (rule.column, rule.one, rule.other)):
            expected = rule.formula(values[rule.one].number, values[rule.other].number)
            if expected is not None:
                yield row, expected


def _is_near(grid: Grid, row: int, rule: Rule, expected: Decimal) -> bool:
    values = [grid.values[row][n] for n in (rule.column, rule.one, rule.other)]
    return abs(values[0].number - expected) <= (values[0].half if rule.is_share else slack(grid, values))


def _evident(grid: Grid, column: int, columns: list[int]) -> Rule | None:
    for one, other in permutations((n for n in columns if n != column), 2):
        names = grid.columns[one].name, grid.columns[other].name
        rules = [Rule(column, one, other, lambda a, b: a - b, f"{names[0]} − {names[1]}")]
        if one < other:
            rules.append(Rule(column, one, other, lambda a, b: a + b, f"{names[0]} + {names[1]}"))
        for rule in rules:
            if _is_evident(grid, rule):
                return rule
    return None


def _is_evident(grid: Grid, rule: Rule) -> bool:
    telling = islice(_rows(grid, rule), MAX_RULE_ROWS)
    known = [(row, expected) for row, expected in telling if _is_telling(grid, row, rule)]
    fitting = sum(_is_near(grid, row, rule, expected) for row, expected in known)
    return fitting >= _LEAST_FITS and 4 * (len(known) - fitting) <= len(known)


def _is_telling(grid: Grid, row: int, rule: Rule) -> bool:
    return all(abs(grid.values[row][n].number) >= _LARGE for n in (rule.column, rule.one, rule.other))


def _unlike(grid: Grid, rule: Rule, rows: Iterator[tuple[int, Decimal]]) -> Iterator[Contradiction]:
    for row, expected in rows:
        if _is_near(grid, row, rule, expected):
            continue
        value = grid.values[row][rule.column]
        number = shown(expected, value.decimals)
        told = _(
            "Det står %(printed)s, men %(formula)s blir %(expected)s. Skillnaden är %(difference)s. "
            "Rätta talet, eller de tal som det räknas av."
        ) % {
            "printed": value.text,
            "formula": rule.words,
            "expected": number,
            "difference": shown(abs(value.number - expected), value.decimals),
        }
        spots = tuple(grid.spot(row, n) for n in (rule.column, rule.one, rule.other))
        yield Contradiction(place_in(grid, row, rule.column), told, value.text, number, grid.table.number, spots)
