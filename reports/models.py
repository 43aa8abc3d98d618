"""Stored tables, plans of thinning, and publications."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission


class TableSet(models.Model):
    """All tables of one federation, scope and period, computed together from one snapshot of the database."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="table_sets")
    scope = models.CharField(max_length=120, blank=True)
    period = models.CharField(max_length=40)
    # When the tables were last computed and found to hold, whether or not anything differed.
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "scope", "period"], name="reports_tableset_once"),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.scope} {self.period}"


class StoredTable(models.Model):
    """One table as computed. A changed table is a new row and the old one stays, with the time it was superseded."""

    table_set = models.ForeignKey(TableSet, models.CASCADE, related_name="tables")
    key = models.SlugField(max_length=60)
    payload = models.JSONField()
    digest = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["computed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["table_set", "key"],
                condition=Q(superseded_at=None),
                name="reports_storedtable_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.computed_at:%Y-%m-%d %H:%M}"


class Thinning(models.Model):
    """A plan to turn a federation's old registrations into counts, and what became of it.

    ``counts`` is what it takes away, planned or done: initiative's slug -> year of exit -> number of participations.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planerad")
        STOPPED = "stopped", _("stoppad")
        DONE = "done", _("gjord")

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="thinnings")
    exited_until = models.DateField(_("avslutade till och med"))
    planned_at = models.DateTimeField()
    due_on = models.DateField(_("görs tidigast"))
    state = models.CharField(_("läge"), max_length=10, choices=State, default=State.PLANNED)
    done_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("varför"), max_length=100, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-exited_until"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "exited_until"], name="reports_thinning_once"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "stopped", "done"]), name="reports_thinning_state"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)),
                name="reports_thinning_done_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_by__isnull=False) | (~Q(state="stopped") & Q(stopped_by=None)),
                name="reports_thinning_stopped_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.exited_until}: {self.state}"

    @property
    def total(self) -> int:
        """How many participations it takes away."""
        return sum(number for years in self.counts.values() for number in years.values())


class FrozenError(TypeError):
    """What has been published is never written again."""


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> Self:
        """What a person may know of: everything of a federation whose drafts they write, else what is published."""
        writes = [m.federation_id for m in user.current_memberships if user.may(Permission.PUBLISH, m.federation)]
        reads = [m.federation_id for m in user.current_memberships if user.may(Permission.SEE_PUBLISHED, m.federation)]
        published = Q(federation__in=reads, state=Publication.State.PUBLISHED)
        return self.filter(Q(federation__in=writes) | published)

    def published(self) -> Self:
        return self.filter(state=Publication.State.PUBLISHED)

    def with_code(self, code: str) -> Self:
        """The published one with a verification code, for whoever holds a page of it."""
        return self.published().filter(code=code)


class Publication(models.Model):
    """One edition of a report: a draft, and then for ever what was published.

    ``content`` is the edition (``reports.edition``) without a hidden number. ``inside`` is what only the office may
    see: the figures before protection, the reasons, and what the next publication must remember.
    """

    class Kind(models.TextChoices):
        PRELIMINARY = "preliminary", _("preliminär")
        FINAL = "final", _("slutlig")

    class State(models.TextChoices):
        DRAFT = "draft", _("utkast")
        PUBLISHED = "published", _("publicerad")

    MAY_CHANGE = frozenset({"is_public"})
    """What of a published one may still change: whether it has a link for everybody."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="publications")
    template = models.SlugField(max_length=40)
    period = models.CharField(max_length=40)
    edition = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("slag"), max_length=12, choices=Kind, default=Kind.PRELIMINARY)
    state = models.CharField(_("läge"), max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField(_("varför"), max_length=100, blank=True)
    texts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Null until the draft has been computed; ``problem`` says why it could not be.
    known_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    content = models.JSONField(null=True)
    inside = models.JSONField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    hash = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=20, blank=True)
    is_public = models.BooleanField(default=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "template", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["federation", "template", "period", "edition"], name="reports_publication_once"
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="reports_publication_code"),
            models.UniqueConstraint(
                fields=["federation", "template", "period"],
                condition=Q(state="draft"),
                name="reports_publication_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published"]) & Q(kind__in=["preliminary", "final"]),
                name="reports_publication_known_words",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, reason="") | (Q(edition__gt=1) & ~Q(reason="")),
                name="reports_publication_reason_of_later",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="published",
                    published_at__isnull=False,
                    published_by__isnull=False,
                    content__isnull=False,
                    inside__isnull=False,
                    known_at__isnull=False,
                    problem="",
                )
                & ~Q(hash="")
                & ~Q(code="")
                | Q(state="draft", published_at=None, published_by=None, code="", hash="", is_public=False),
                name="reports_publication_published_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.template} {self.period} {self.edition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to write what has been published; FrozenError."""
        fields = kwargs.get("update_fields")
        only_allowed = fields is not None and set(fields) <= self.MAY_CHANGE
        if not only_allowed and self.pk and type(self).objects.published().filter(pk=self.pk).exists():
            raise FrozenError(f"{self} is published and stays as it is. Make a new edition.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if type(self).objects.published().filter(pk=self.pk).exists():
            raise FrozenError(f"{self} is published and stays. Make a new edition.")
        return super().delete(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED
