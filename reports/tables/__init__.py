"""The register of tables, in the order a report prints them."""

from reports.definition import DeclarationError, Table
from reports.tables.advisory import ADVISORY
from reports.tables.economy import FINANCING, FUNDING, TABLE_2, TABLE_3
from reports.tables.exits import EXITS_BY_GROUP, TABLE_1, WORK_BY_REASON
from reports.tables.flows import FLOWS
from reports.tables.people import FACTS, GOALS

ALL = (FLOWS, EXITS_BY_GROUP, TABLE_1, TABLE_2, WORK_BY_REASON, TABLE_3, FINANCING, FUNDING, FACTS, GOALS, ADVISORY)
TABLES: dict[str, Table] = {table.key: table for table in ALL}
if len(TABLES) != len(ALL):
    raise DeclarationError(f"Two tables have one key: {sorted(t.key for t in ALL)}. Give each its own.")
