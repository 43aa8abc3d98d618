"""The published figures of one federation and year, as the cells that the product must give back."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "sormland_2025.toml"
CellKey = tuple[str, tuple[str, ...], str]
"""Table, row labels, column key."""
Cells = Mapping[CellKey, Decimal]


def published() -> dict[str, Any]:
    with GOLDEN.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def expected() -> dict[CellKey, Decimal]:
    """Every published figure that registrations or the federation's yearly figures must give back."""
    golden = published()
    return {
        key: Decimal(value)
        for key, value in [
            *_flows(golden),
            *_groups(golden),
            *_table_1(golden),
            *_table_2(golden),
            *_table_3(golden),
            *_financing(golden),
            *_facts(golden),
            *_goals(golden),
            *_structural(golden),
        ]
    }


def first_difference(cells: Cells, wanted: Cells) -> str:
    """The first cell that is missing or differs, in words; empty where all are as wanted."""
    for key, value in wanted.items():
        table, row, column = key
        where = f"{table}, row {' / '.join(row)}, column {column}"
        if key not in cells:
            return f"{where}: there is no such cell, {value} was published"
        if cells[key] != value:
            return f"{where}: {cells[key]}, but {value} was published"
    return ""


def _label(golden: dict[str, Any], name: str) -> str:
    return next((i.get("label", name) for i in golden["initiatives"] if i["name"] == name), name)


def _flows(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for name, figures in golden["flows"].items():
        for column, value in figures.items():
            yield ("flows", (_label(golden, name),), column), value


def _groups(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for name, figures in golden["exit_groups"].items():
        if name != "Totalt, as printed":
            for group, value in figures.items():
                yield ("exit_groups", (_label(golden, name),), f"Avslut {group}"), value


def _table_1(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for initiative, reasons in golden["table1"].items():
        for reason, values in reasons.items():
            row = (initiative,) if initiative == "Summa" else (initiative, reason)
            for column, value in zip(("woman", "man", "total"), values, strict=True):
                yield ("table_1", row, column), value


def _table_2(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for row, figures in golden["table2"].items():
        if row != "assumptions":
            for column, value in figures.items():
                yield ("table_2", (row,), column), value


def _table_3(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for row, figures in golden["table3"].items():
        if row != "assumptions":
            for column, value in figures.items():
                yield ("table_3", (row,), column), value


def _financing(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for municipality, count in golden["inhabitants_16_64"].items():
        yield ("financing", (municipality,), "inhabitants"), count
        if municipality in golden["table3"]:
            yield ("financing", (municipality,), "contribution"), golden["table3"][municipality]["contribution"]
    federation = golden["federation"]
    yield ("financing", ("Summa kommuner",), "contribution"), federation["municipal_share_sek"]
    for title, key in (("Staten", "state"), ("Regionen", "region"), ("Kommunerna", "municipal")):
        yield ("funding", (title,), "amount"), federation[f"{key}_share_sek"]


FACT_ROWS = {
    "women_percent": "Kvinnor",
    "men_percent": "Män",
    "aged_30_or_younger_percent": "30 år eller yngre vid start",
    "public_support_3_years_or_more_percent": "3 år eller mer i offentlig försörjning före start",
    "without_complete_upper_secondary_percent": "Minst så många saknar fullständig gymnasieutbildning",
    "post_secondary_percent": "Eftergymnasial utbildning",
}


def _facts(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for key, value in golden["facts"].items():
        yield ("facts", (FACT_ROWS[key],), "percent"), value


def _structural(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    shown = {name: name for name in ("participants", "women_percent", "men_percent")} | {"mean_rating_of_5": "rating"}
    labels = {"Motverka våld i nära relationer": "Motverka våld"}
    for name, figures in golden["structural"].items():
        for key, column in shown.items():
            if key in figures:
                yield ("structural_activities", (labels.get(name, name),), column), figures[key]


def _goals(golden: dict[str, Any]) -> Iterator[tuple[CellKey, Any]]:
    for goal in golden["goals"].values():
        unit = "_percent" if "target_percent" in goal else ""
        yield ("goals", (goal["text"],), "target"), goal[f"target{unit}"]
        yield ("goals", (goal["text"],), "outcome"), goal[f"outcome{unit}"]
