"""The register of tables, by theme, in the order a report prints them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.definition import DeclarationError, Table
from reports.tables.advisory import ADVISORY, REFERRALS
from reports.tables.background import (
    AGES,
    ASSIGNMENTS,
    EDUCATIONS,
    MUNICIPALITIES,
    OCCUPATION_AT_EXIT,
    REFERRERS,
    SUPPORT_AT_EXIT,
    SUPPORT_AT_START,
    SUPPORT_TIMES,
)
from reports.tables.budget import BUDGET_TABLE
from reports.tables.development import DEVELOPMENT
from reports.tables.economy import FINANCING, FUNDING, TABLE_2, TABLE_3
from reports.tables.exits import EXITS_BY_GROUP, TABLE_1, WORK_BY_REASON
from reports.tables.flows import FLOWS
from reports.tables.follow_ups import FOLLOW_UP_WORK, FOLLOW_UPS
from reports.tables.goals import GOALS
from reports.tables.people import FACTS
from reports.tables.results import (
    STEP_MATRIX,
    STEPS_BY_ASSIGNMENT,
    STEPS_BY_INITIATIVE,
    SUPPORT_CHANGE,
    SUPPORT_OR_NOT,
    WENT_ON_BY_INITIATIVE,
)
from reports.tables.structural import ACTIVITIES_BY_AUDIENCE, ACTIVITIES_BY_KIND, STRUCTURAL_ACTIVITIES
from reports.tables.time import MONTHS, TIME_OF_EXITED, TIME_OF_ONGOING


@dataclass(frozen=True)
class Theme:
    """Tables that a reader looks for in one place."""

    key: str
    title: Promise
    tables: tuple[Table, ...]


THEMES = (
    Theme("flows-and-exits", _("Deltagare och avslut"), (FLOWS, EXITS_BY_GROUP, TABLE_1, DEVELOPMENT)),
    Theme(
        "work-and-money", _("Arbete och ekonomi"), (TABLE_2, WORK_BY_REASON, TABLE_3, FINANCING, FUNDING, BUDGET_TABLE)
    ),
    Theme(
        "people",
        _("Vilka deltagarna är"),
        (
            FACTS,
            AGES,
            EDUCATIONS,
            SUPPORT_AT_START,
            SUPPORT_TIMES,
            REFERRERS,
            MUNICIPALITIES,
            ASSIGNMENTS,
        ),
    ),
    Theme("time", _("Tid i insatsen"), (MONTHS, TIME_OF_EXITED, TIME_OF_ONGOING)),
    Theme(
        "results",
        _("Vad det ledde till"),
        (
            STEPS_BY_INITIATIVE,
            STEPS_BY_ASSIGNMENT,
            STEP_MATRIX,
            WENT_ON_BY_INITIATIVE,
            OCCUPATION_AT_EXIT,
            SUPPORT_AT_EXIT,
            SUPPORT_OR_NOT,
            SUPPORT_CHANGE,
        ),
    ),
    Theme("follow-ups", _("Uppföljning efter avslut"), (FOLLOW_UPS, FOLLOW_UP_WORK)),
    Theme("goals", _("Mål"), (GOALS,)),
    Theme(
        "without-enrolment",
        _("Rådgivning och aktiviteter"),
        (ADVISORY, REFERRALS, STRUCTURAL_ACTIVITIES, ACTIVITIES_BY_KIND, ACTIVITIES_BY_AUDIENCE),
    ),
)
ALL = tuple(table for theme in THEMES for table in theme.tables)
TABLES: dict[str, Table] = {table.key: table for table in ALL}
if len(TABLES) != len(ALL):
    raise DeclarationError(f"Two tables have one key: {sorted(t.key for t in ALL)}. Give each its own.")


def declared(key: str, version: int) -> Table | None:
    """A table's declaration in the version that some figures were computed by; None where it is gone."""
    table = TABLES.get(key)
    versions = (table, *table.earlier) if table else ()
    return next((one for one in versions if one.version == version), None)
