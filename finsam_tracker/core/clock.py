"""Whether this machine's clock can be trusted with taking something away."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

MOST = timedelta(minutes=5)


class WrongClockError(RuntimeError):
    """This machine and the database do not agree on what time it is; the message is a Swedish sentence."""


def clock_difference(now: datetime) -> timedelta:
    """How far this machine's clock is ahead of the database's; none where the database has none of its own."""
    if connection.vendor != "postgresql":
        return timedelta()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    difference: timedelta = now - there
    return difference


def require_right_clock(now: datetime) -> None:
    """For jobs that take away what is old: a clock that jumped would make everything old. Raises WrongClockError."""
    difference = clock_difference(now)
    if abs(difference) > MOST:
        raise WrongClockError(
            _("Klockan skiljer %s från databasens. Inget är borttaget. Ställ klockorna, så prövar jobbet igen.")
            % abs(difference)
        )
