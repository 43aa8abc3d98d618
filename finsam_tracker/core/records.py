"""What the program itself notes: who is logged in where, who looked at what kind of page, what it counts meanwhile."""

from datetime import timedelta

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

KEEP_ACCESS = timedelta(days=2 * 365)
"""How long the access log is kept: long enough for an audit of the year before."""


class Session(AbstractBaseSession):
    """A log-in in one browser, as Django keeps it, and whose it is, so that a person can see and end the own ones."""

    user = models.ForeignKey("core.User", models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-last_seen_at"]


class AccessEvent(models.Model):
    """On a day, somebody looked at a kind of page of a federation: a route's name, never an address or a code."""

    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    federation = models.ForeignKey("core.Federation", models.CASCADE, related_name="access_events")
    day = models.DateField(_("dag"))
    kind = models.CharField(_("sidans slag"), max_length=60)
    first_at = models.DateTimeField(_("första gången"))

    class Meta:
        ordering = ["-first_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "user", "day", "kind"], name="core_accessevent_once_a_day")
        ]
        indexes = [models.Index(fields=["federation", "first_at"], name="core_access_latest")]

    def __str__(self) -> str:
        return f"{self.day} {self.user}: {self.kind}"


class CacheEntry(models.Model):
    """The table of Django's database cache, in the shape that it expects, so that migrations make it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "core_cache"

    def __str__(self) -> str:
        return self.cache_key
