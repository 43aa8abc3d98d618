"""The register of tables, in the order a report prints them."""

from reports.definition import DeclarationError, Table
from reports.tables.advisory import ADVISORY
from reports.tables.budget import BUDGET_TABLE
from reports.tables.economy import FINANCING, FUNDING, TABLE_2, TABLE_3
from reports.tables.exits import EXITS_BY_GROUP, TABLE_1, WORK_BY_REASON
from reports.tables.flows import FLOWS
from reports.tables.goals import GOALS
from reports.tables.people import FACTS
from reports.tables.structural import ACTIVITIES_BY_AUDIENCE, ACTIVITIES_BY_KIND, STRUCTURAL_ACTIVITIES

ALL = (
    FLOWS,
    EXITS_BY_GROUP,
    TABLE_1,
    TABLE_2,
    WORK_BY_REASON,
    TABLE_3,
    FINANCING,
    FUNDING,
    BUDGET_TABLE,
    FACTS,
    GOALS,
    ADVISORY,
    STRUCTURAL_ACTIVITIES,
    ACTIVITIES_BY_KIND,
    ACTIVITIES_BY_AUDIENCE,
)
TABLES: dict[str, Table] = {table.key: table for table in ALL}
if len(TABLES) != len(ALL):
    raise DeclarationError(f"Two tables have one key: {sorted(t.key for t in ALL)}. Give each its own.")
