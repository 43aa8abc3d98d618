"""What is wrong with the surroundings and not with what was asked: a database that does not answer, a full disk."""

import errno

from django.db import InterfaceError, OperationalError

DATABASE_AWAY = (OperationalError, InterfaceError)
"""What Django raises where the database does not answer, or closes in the middle."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_away(error: BaseException | None) -> bool:
    """Whether the same may go well in a while. Of its own disk the database tells by an error of its own."""
    return isinstance(error, DATABASE_AWAY) or (isinstance(error, OSError) and error.errno in NO_ROOM)
