"""After a drill: is everything there that was acknowledged, once, and do the figures say so?"""

from dataclasses import dataclass, fields

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from finsam_tracker.core.models import AuditEvent, Federation
from participants.models import Import, Participation
from reports import services
from reports.models import Publication, StoredTable
from reports.publishing.editions import altered
from reports.result import Result
from tests.drills.saving import Ledger


@dataclass(frozen=True)
class Found:
    """Registrations that were acknowledged and are not there, or are there twice; stored tables that are not what the
    registrations say; imports and drafts that are half done."""

    lost: int
    doubled: int
    wrong: int
    half: int

    @property
    def is_good(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self))


def look(ledger: Ledger) -> Found:
    """Everything that was saved since the beginning, and all stored tables."""
    connection.close()  # it may have been cut
    return Found(_lost(ledger), _doubled(ledger), _wrong(), _half(ledger))


def _there(gender: str, **more: object) -> set[str]:
    rows = Participation.objects.filter(federation__slug="norra", gender=gender, **more)
    return set(rows.values_list("code", flat=True))


def _frozen() -> dict[int, str]:
    """What has been published and still has its fingerprint, by number."""
    changed = {publication.pk for publication in altered()}
    rows = Publication.objects.published().values_list("pk", "hash")
    return {number: fingerprint for number, fingerprint in rows if number not in changed}


def _lost(ledger: Ledger) -> int:
    by_machines, by_forms = ledger.by_machines - _there("woman"), ledger.by_forms - _there("man")
    ended = ledger.ended - _there("woman", exit_on__isnull=False)
    imported = Participation.objects.filter(federation__slug="sodra").count()
    frozen = set(ledger.published.items()) - set(_frozen().items())
    return len(by_machines) + len(by_forms) + len(ended) + len(frozen) + max(0, ledger.rows - imported)


def _doubled(ledger: Ledger) -> int:
    """All try until they know, so nothing else may be there."""
    by_machines, by_forms = _there("woman") - ledger.by_machines, _there("man") - ledger.by_forms
    imported = Participation.objects.filter(federation__slug="sodra").count()
    acts = AuditEvent.objects.filter(action="publish").count() - len(ledger.published)
    return len(by_machines) + len(by_forms) + abs(acts) + max(0, imported - ledger.rows)


def _wrong() -> int:
    """Stored tables that come out otherwise when all are computed again, and totals that are not a plain count's."""
    now, wrong = timezone.now(), 0
    for federation in Federation.objects.all():
        wrong += (
            _stored_total(federation) != Participation.objects.filter(federation=federation).filter(IN_2025).count()
        )
        wrong += sum(map(len, services.rebuild(federation, now=now).changed.values()))
    return wrong


IN_2025 = Q(start_on__lte="2025-12-31") & (Q(exit_on=None) | Q(exit_on__gte="2025-01-01"))


def _stored_total(federation: Federation) -> object:
    rows = StoredTable.objects.filter(table_set__federation=federation, table_set__period="2025", superseded_at=None)
    row = rows.filter(table_set__scope="", key="flows").first()
    return Result.from_json(row.payload).cell("total", "total").value if row else None


def _half(ledger: Ledger) -> int:
    done = Import.objects.filter(state=Import.State.DONE).count() - ledger.files
    audited = AuditEvent.objects.filter(action="import").count() - ledger.files
    # Not content=None: that asks for a JSON null.
    without = Q(content__isnull=True, problem="") | (Q(content__isnull=True) ^ Q(inside__isnull=True))
    return abs(done) + abs(audited) + Publication.objects.filter(without).count()
