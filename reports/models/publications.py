"""Publications: drafts, and for ever what was published."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission


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

    def left_uncomputed(self, now: datetime) -> Self:
        """Drafts whose job was lost with its worker or its message: half a minute old and still without figures.

        After an hour it is left to the office, who can ask for them; a draft that brings workers down ends there.
        """
        waiting = self.filter(state=Publication.State.DRAFT, content__isnull=True, problem="")
        # One from the future was asked for before the clock was set back.
        recent = (now - timedelta(seconds=30), now)
        return waiting.filter(created_at__gte=now - timedelta(hours=1)).exclude(created_at__range=recent)

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
