"""Django's sessions in the database, with an owner and two ends: a day after log-in, and an hour without a request.

``SESSION_ENGINE`` names this module. When a session was last used is written once a minute at most.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from finsam_tracker.core.records import Session

BROWSER = "browser"
STARTED = "started"
TOUCH_AFTER = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Keeps a session's owner, beginning and latest use in columns of their own."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        if row is None or row.last_seen_at is None:
            return row
        now = timezone.now()
        idle = now - row.last_seen_at
        if idle > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
            self._session_key = None
            return None
        if abs(idle) > TOUCH_AFTER:  # also where the clock has been set back
            Session.objects.filter(pk=row.pk).update(last_seen_at=now)
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to save. The time of log-in stands in the data too, since a row is written anew at every save."""
        now = timezone.now()
        if SESSION_KEY not in data:
            return cast("Session", super().create_model_instance(data))
        started = datetime.fromtimestamp(data.setdefault(STARTED, now.timestamp()), tz=UTC)
        row = cast("Session", super().create_model_instance(data))
        row.user_id, row.browser = int(data[SESSION_KEY]), str(data.get(BROWSER, ""))
        row.started_at, row.last_seen_at = started, now
        row.expire_date = min(row.expire_date, started + timedelta(seconds=settings.SESSION_COOKIE_AGE))
        return row
