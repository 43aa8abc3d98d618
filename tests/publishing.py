"""Reports prepared and published, for the tests of publications."""

from datetime import date, timedelta
from typing import Any

from finsam_tracker.core.models import Federation, User
from reports.models import Publication
from reports.publishing import services
from tests.factories import noon

NOW = noon(date(2026, 2, 1))
LATER = NOW + timedelta(days=30)


def prepared(by: User, federation: Federation, template: str = "statistikbilaga", period: str = "2025") -> Publication:
    draft = services.new_draft(by=by, federation=federation, template=template, period=period, now=NOW)
    return computed(draft, NOW)


def computed(draft: Publication, now: Any) -> Publication:
    assert services.prepare_draft(draft.pk, now=now)
    draft.refresh_from_db()
    assert draft.problem == ""
    return draft


def published(draft: Publication, by: User, now: Any = NOW, kind: str = "final") -> Publication:
    return services.publish(by=by, publication=draft, kind=kind, now=now)
