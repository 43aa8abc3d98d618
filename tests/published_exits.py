"""The exits that one federation printed for 2025, as a system of sums: Tabell 1, and the table of outcome groups."""

from collections.abc import Iterator

from reports.disclosure.system import Cell, Relation, System
from tests.golden import published

GENDERS = ("women", "men", "sum")
GROUPS = ("Arbete", "Studier", "Rehab", "Övrigt")
EVERY = "Summa"


def table_1(threshold: int) -> System:
    """The 69 cells as printed."""
    return System.of(_cells_1(threshold), _sums_1())


def with_groups(threshold: int) -> System:
    """Tabell 1 with the exits by initiative and outcome group beside it."""
    return System.of([*_cells_1(threshold), *_cells_2(threshold)], [*_sums_1(), *_sums_2()])


def _key(initiative: str, reason: str, gender: str) -> str:
    return f"{initiative}/{reason}/{gender}"


def _cells_1(threshold: int) -> Iterator[Cell]:
    for initiative, reasons in published()["table1"].items():
        for reason, values in reasons.items():
            for gender, value in zip(GENDERS, values, strict=True):
                yield Cell(_key(initiative, reason, gender), value, threshold=threshold)


def _sums_1() -> Iterator[Relation]:
    tables = published()["table1"]
    for initiative, reasons in tables.items():
        for reason in reasons:
            yield Relation.sum_of(
                _key(initiative, reason, "sum"), [_key(initiative, reason, gender) for gender in GENDERS[:2]]
            )
        for gender in GENDERS:
            parts = (
                [_key(i, EVERY, gender) for i in tables if i != EVERY]
                if initiative == EVERY
                else [_key(initiative, reason, gender) for reason in reasons if reason != EVERY]
            )
            yield Relation.sum_of(_key(initiative, EVERY, gender), parts)


LABELS = {"Sikta mot arbetslivet": "SIKTA", "SPIRA Sörmland": "SPIRA", "Totalt": EVERY}


def groups() -> dict[str, dict[str, int]]:
    """Exits by initiative and group, as they are; the total row that is printed wrong is left out."""
    golden = published()
    return {
        LABELS.get(name, name): dict(row) for name, row in golden["exit_groups"].items() if "as printed" not in name
    }


def _parts_of(initiative: str, group: str) -> list[str]:
    """The reasons of Tabell 1 that a group is made of in an initiative."""
    golden = published()
    return [r for r in golden["table1"][initiative] if golden["exit_reason_group"].get(r) == group]


def _group_key(initiative: str, group: str) -> str:
    """A group of one reason is that reason's cell in Tabell 1."""
    parts = _parts_of(initiative, group) if initiative != EVERY else []
    return _key(initiative, parts[0], "sum") if len(parts) == 1 else f"{initiative}/grupp {group}"


def _cells_2(threshold: int) -> Iterator[Cell]:
    for initiative, row in groups().items():
        for group, value in row.items():
            yield Cell(_group_key(initiative, group), value, threshold=threshold)


def _sums_2() -> Iterator[Relation]:
    for initiative in groups():
        yield Relation.sum_of(_key(initiative, EVERY, "sum"), [_group_key(initiative, group) for group in GROUPS])
    for group in GROUPS:
        for initiative in groups():
            if initiative == EVERY:
                yield Relation.sum_of(_group_key(EVERY, group), [_group_key(i, group) for i in groups() if i != EVERY])
            elif len(parts := _parts_of(initiative, group)) != 1:
                yield Relation.sum_of(_group_key(initiative, group), [_key(initiative, r, "sum") for r in parts])


def links() -> dict[str, set[Relation]]:
    """The sums that tie the groups over all initiatives to the rest: of each group that has a small number, and all.

    Each of these sums alone follows from the others; two of them do not.
    """
    sums = set(_sums_2())
    row = next(r for r in sums if r.terms[0][0] == _key(EVERY, EVERY, "sum"))
    found = {
        group: {row, *(r for r in sums if r.terms[0][0] == f"{EVERY}/grupp {group}")}
        for group in ("Arbete", "Rehab", "Övrigt")
    }
    return {**found, EVERY: set().union(*found.values())}
