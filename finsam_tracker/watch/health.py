"""Whether this process can do its work: what it needs and what it can do without for a while, asked one by one."""

import logging
from collections.abc import Callable, Mapping
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from redis.exceptions import RedisError

from finsam_tracker.broker import redis_client

logger = logging.getLogger(__name__)
TROUBLES = (DatabaseError, RedisError, OSError)


Asked = Mapping[str, Callable[[], bool]]


def missing_from(asked: Asked) -> list[str]:
    """The names of what does not answer or is not as it should be; empty where all is well."""
    return [name for name, is_well in asked.items() if not _ask(name, is_well)]


def _ask(name: str, is_well: Callable[[], bool]) -> bool:
    try:
        return is_well()
    except TROUBLES as error:
        logger.warning("Not ready: %s (%s)", name, type(error).__name__)
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _redis_answers() -> bool:
    return not settings.REDIS_URL or bool(redis_client(settings.REDIS_URL).ping())


def _is_migrated() -> bool:
    """Everything this version knows of is done. What a newer version has done already is none of our business."""
    known = _known_migrations()
    return not known or known <= set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """They lie in files that do not change while a process lives."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return frozenset(loader.disk_migrations)


NEEDS: Asked = {"database": _database_answers, "migrations": _is_migrated}
CAN_WAIT: Asked = {"redis": _redis_answers}
"""Without it everything can be read and saved, and the tables follow when it is back: no reason to send nobody here."""
