"""Participants by initiative and gender, from the populations that the table of flows counts."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from participants.codes import Gender
from reports.compute import compute
from reports.context import Context
from reports.definition import TOTAL, Count, Figure, Table
from reports.dimensions.common import GENDER, INITIATIVE
from reports.finsam.fields import Counted
from reports.result import Result
from reports.tables.structural import STRUCTURAL_ACTIVITIES

Heads = Mapping[str, int]
"""How many by field: ``participants.women``, ``.men``, ``.other`` and ``.total``."""
GENDERS = {
    "participants.women": Gender.WOMAN,
    "participants.men": Gender.MAN,
    "participants.other": Gender.OTHER,
    "participants.total": TOTAL,
}
AT_ACTIVITIES = {
    "participants.women": "women",
    "participants.men": "men",
    "participants.other": "others",
    "participants.total": "participants",
}
NOBODY: Heads = dict.fromkeys(GENDERS, 0)


def _by_gender(counted: Counted) -> Table:
    return Table(
        key=f"finsam_{counted}",
        title=_("Deltagare per insats och kön"),
        definition=_("Samma deltaganden som i ”Deltagare under perioden”, efter kön."),
        source=_("Insatsernas registreringar av start, avslut och kön."),
        valid_from=date(2023, 1, 1),
        rows=(INITIATIVE,),
        row_total=_("Totalt"),
        figures=(Figure("gender", _("Kön"), Count(counted.population), split=GENDER, sum_title=_("Totalt")),),
    )


BY_GENDER = {counted: _by_gender(counted) for counted in Counted}


def participants_of(context: Context, counted: Counted) -> dict[str, Heads]:
    """By the initiative's slug. At structural activities heads are counted, so there all take part and none begin.

    Raises one of COMPUTE_ERRORS. An initiative that is left out has nobody, or is structural and not counted so.
    """
    heads, activities = compute([BY_GENDER[counted], STRUCTURAL_ACTIVITIES], context)
    found = _read(heads, GENDERS)
    return found | _read(activities, AT_ACTIVITIES) if counted is Counted.TOTAL else found


def _read(result: Result, columns: Mapping[str, str]) -> dict[str, Heads]:
    there = {column.key for column in result.columns}
    return {
        row.key[0]: {
            field: int(row.cells[result.column(column)].number) if column in there else 0
            for field, column in columns.items()
        }
        for row in result.body()
    }
