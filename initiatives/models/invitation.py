"""Somebody is asked to come and work here, by a link in a mail."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission, Role
from initiatives.models.initiative import Initiative

GOOD_FOR = timedelta(days=7)


def new_mark() -> str:
    """What tells one link of an invitation from the links before it."""
    return secrets.token_hex(8)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that nobody has answered or withdrawn, old links included: they can be sent anew."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def visible_to(self, user: User) -> Self:
        """Those to the federations whose people the person looks after; to an operator, those to offices."""
        if user.is_operator:
            return self.filter(role__in=[Role.OFFICE, Role.OPERATOR])
        offices = [m.federation for m in user.current_memberships if user.may(Permission.INVITE, m.federation)]
        return self.filter(federation__in=offices)


class Invitation(models.Model):
    """An invitation to one role. Each sending makes a new ``mark`` and with it a new link; the old one is dead."""

    email = models.EmailField(_("e-post"))
    federation = models.ForeignKey(Federation, models.CASCADE, null=True, related_name="invitations")
    role = models.CharField(_("roll"), max_length=20, choices=[(r.value, r.declaration.title) for r in Role])
    initiatives = models.ManyToManyField(Initiative, related_name="+", verbose_name=_("insatser"))
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    mark = models.CharField(max_length=16, default=new_mark)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["email", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["federation", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="initiatives_invitation_one_open",
            ),
            # Where there is no federation, the constraint above sees no two alike.
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(federation=None, accepted_at=None, withdrawn_at=None),
                name="initiatives_invitation_one_open_operator",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="initiatives_invitation_one_end"
            ),
            models.CheckConstraint(
                condition=Q(role=Role.OPERATOR, federation=None)
                | (Q(role__in=["coordinator", "lead", "office", "reader"]) & Q(federation__isnull=False)),
                name="initiatives_invitation_role_of_a_federation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"

    @property
    def good_until(self) -> datetime:
        """When the link that was sent last stops working."""
        return self.sent_at + GOOD_FOR

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None
