"""Stored tables, plans of thinning, publications, what makes them by the clock and in the house's own style, and what
is reported in Uppföljning Finsam."""

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
from reports.models.tables import StoredTable, TableSet
from reports.models.thinning import Thinning

__all__ = [
    "Arrangement",
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
    "StoredTable",
    "TableSet",
    "Thinning",
]
