"""One row for each act, written in the transaction of the act."""

from datetime import datetime

from django.db.models import Model

from finsam_tracker.core.models import AuditEvent, Federation, User


def record(
    *, by: User, action: str, subject: Model, federation: Federation | None, now: datetime, reason: str = ""
) -> AuditEvent:
    """Write who did what, when and why. The caller's transaction decides whether it happened."""
    return AuditEvent.objects.create(
        actor=by,
        federation=federation,
        at=now,
        action=action,
        subject_type=subject._meta.model_name or "",  # noqa: SLF001 - Django's documented Meta API
        subject_id=subject.pk,
        reason=reason,
    )
