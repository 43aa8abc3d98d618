"""Which sections of a report template a federation wants, and in which order."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core.audit import record
from finsam_tracker.core.models import Federation, User
from reports.models import Arrangement
from reports.publications import TEMPLATES
from reports.publications.declaration import Template
from reports.publishing.acting import lock_publishing


def template_for(federation: Federation, key: str) -> Template:
    """The template as the federation has arranged it; as shipped where it has not. KeyError for one that is gone."""
    chosen = federation.arrangements.filter(template=key).first()
    return TEMPLATES[key].arranged(chosen.sections) if chosen else TEMPLATES[key]


@transaction.atomic
def arrange(*, by: User, federation: Federation, template: str, sections: Sequence[str], now: datetime) -> bool:
    """Let the report have these sections, in this order, from the next draft on; returns whether anything changed."""
    lock_publishing(by, federation)
    if problems := arrangement_problems(template, sections):
        raise ValidationError({"sections": problems})
    before = template_for(federation, template).keys
    kept, is_new = Arrangement.objects.get_or_create(
        federation=federation, template=template, defaults={"sections": list(sections)}
    )
    kept.sections = list(sections)
    kept.save()
    if is_new or before != tuple(sections):
        record(by=by, action="arrange_report", subject=kept, federation=federation, now=now)
    return before != tuple(sections)


def arrangement_problems(template: str, sections: Sequence[str]) -> list[str]:
    """Why a report cannot have these sections."""
    if template not in TEMPLATES:
        return [_("Det finns ingen sådan rapport. Välj en ur listan.")]
    known = TEMPLATES[template].keys
    if unknown := [key for key in sections if key not in known]:
        return [_("Rapporten har inget avsnitt ”%s”. Välj ur listan.") % unknown[0]]
    if len(set(sections)) < len(sections):
        return [_("Samma avsnitt står två gånger. Ta bort det ena.")]
    if not any(True for _table in TEMPLATES[template].arranged(sections).printed()):
        return [_("Rapporten måste ha minst ett avsnitt med en tabell. Lägg tillbaka ett.")]
    return []


def moved(sections: Sequence[str], key: str, step: int) -> list[str]:
    """The order with one section a place further up (-1) or down (1); at the end of the list it stays."""
    order = list(sections)
    at = order.index(key)
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return order
