"""Stored tables, plans of thinning, publications with their schedules and style, and status reports."""

from reports.models.house_style import Arrangement, HouseStyle
from reports.models.publications import FrozenError, Publication, PublicationQuerySet
from reports.models.schedules import DraftLetter, Schedule, ScheduledRun
from reports.models.status_reports import Sending, StatusReport, StatusReportQuerySet
from reports.models.tables import StoredTable, TableSet
from reports.models.thinning import Thinning

__all__ = [
    "Arrangement",
    "DraftLetter",
    "FrozenError",
    "HouseStyle",
    "Publication",
    "PublicationQuerySet",
    "Schedule",
    "ScheduledRun",
    "Sending",
    "StatusReport",
    "StatusReportQuerySet",
    "StoredTable",
    "TableSet",
    "Thinning",
]
