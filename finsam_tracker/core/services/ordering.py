"""The order in which tables have their rows, where the rows are no list items."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.services.acting import Act, lock_set_up


@transaction.atomic
def set_table_order(*, by: User, federation: Federation, order: Sequence[Any], now: datetime) -> bool:
    """Give rows of a model that has a ``position`` the places 1, 2, 3 ... in this order; returns whether any moved."""
    lock_set_up(by, federation)
    moved = [(place, row) for place, row in enumerate(order, 1) if row.position != place]
    for place, row in moved:
        row.position = place
        row.save(update_fields=["position"])
    if moved:
        Act(by, federation, "set_order", now).did_to_figures(moved[0][1])
    return bool(moved)
