"""A machine's key, and the answers that are kept so that a request can be repeated safely."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.clients.scopes import OF_FEDERATION, OF_INITIATIVE, Scope
from finsam_tracker.core.fields import CodeSetField
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Role
from initiatives.models import Initiative

ANSWERS_KEPT = timedelta(days=7)
"""How long a request with an idempotency key can be repeated; over a long weekend."""


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def in_force_on(self, day: date) -> Self:
        """Neither revoked nor too old."""
        return self.filter(revoked_at=None, expires_on__gte=day)

    def visible_to(self, user: User) -> Self:
        """Those of a person's initiatives, and for the office all of the federation: it sees that they exist."""
        offices = [m.federation_id for m in user.current_memberships if m.role == Role.OFFICE]
        return self.filter(Q(federation__in=offices) | Q(initiative__in=Initiative.objects.staffed_by(user)))


class ApiKey(models.Model):
    """A machine's way in. ``actor`` is the user that its acts are written down by: nobody can log in as that one.

    The actor has one role in the federation like anybody else, and the scopes only narrow it. Only digests of the
    secret are stored, so it is shown once.
    """

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="api_keys")
    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, blank=True, related_name="api_keys")
    actor = models.OneToOneField(User, models.PROTECT, related_name="api_key")
    name = models.CharField(_("namn"), max_length=60)
    scopes = CodeSetField(_("får"))
    prefix = models.SlugField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    # The secret before the last rotation, and the last day on which it is good.
    old_digest = models.CharField(max_length=64, blank=True)
    old_until = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_on = models.DateField(_("gäller till och med"))
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = [F("revoked_at").asc(nulls_first=True), "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["federation", "name"], condition=Q(revoked_at=None), name="clients_apikey_name_once"
            ),
            # Figures of the whole federation and rows of an initiative never meet in one key.
            models.CheckConstraint(
                condition=Q(initiative=None, scopes__in=["read_tables", "finsam_export", "finsam_export+read_tables"])
                | Q(initiative__isnull=False, scopes__in=list(OF_INITIATIVE)),
                name="clients_apikey_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(old_digest="", old_until=None) | (~Q(old_digest="") & Q(old_until__isnull=False)),
                name="clients_apikey_old_pair",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")), name="clients_apikey_revoked_after"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force_on(self, day: date) -> bool:
        """Whether the key opens anything."""
        return self.revoked_at is None and day <= self.expires_on

    @property
    def told_scopes(self) -> list[str]:
        """What it may do, in words."""
        return [str(scope.label) for scope in (*OF_FEDERATION, *OF_INITIATIVE) if scope in (self.scopes or ())]

    @property
    def may_write(self) -> bool:
        return Scope.WRITE_REGISTRATIONS in (self.scopes or ())


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    def made_before(self, moment: datetime) -> Self:
        """Those that are old."""
        return self.filter(at__lt=moment)


class KeptAnswer(models.Model):
    """The answer to a request that came with an idempotency key, written in the transaction of what it did.

    Of the key and the request only digests are kept.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    # As text: the answer is the same byte for byte, in the order of its properties.
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key_digest"], name="clients_keptanswer_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"
