"""Stored tables, plans of thinning, and publications."""

from reports.models.publications import FrozenError, Publication, PublicationQuerySet
from reports.models.tables import StoredTable, TableSet
from reports.models.thinning import Thinning

__all__ = ["FrozenError", "Publication", "PublicationQuerySet", "StoredTable", "TableSet", "Thinning"]
