"""Stored tables, thinning, publications and what makes them, status reports, and marks of Uppföljning Finsam."""

from reports.models.finsam import (
    FinsamDeadline,
    FinsamDelivery,
    FinsamMark,
    FinsamReminder,
    FinsamSwitch,
    FinsamUndo,
)
from reports.models.house_style import Arrangement, HouseStyle
from reports.models.publications import FrozenError, Publication, PublicationQuerySet
from reports.models.schedules import DraftLetter, Schedule, ScheduledRun
from reports.models.status_reports import ArrivalLetter, Sending, StatusReport, StatusReportQuerySet
from reports.models.tables import StoredTable, TableSet
from reports.models.thinning import Thinning

__all__ = [
    "Arrangement",
    "ArrivalLetter",
    "DraftLetter",
    "FinsamDeadline",
    "FinsamDelivery",
    "FinsamMark",
    "FinsamReminder",
    "FinsamSwitch",
    "FinsamUndo",
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
