"""An edition as JSON, for other programs: every cell with its status, and what it was counted by."""

import json
from dataclasses import asdict

from reports.edition import Edition, Imprint
from reports.language import stored_language
from reports.render.document.tables import tables_of
from reports.render.tidy import value


def render(edition: Edition, imprint: Imprint) -> bytes:
    """One object; the tables are as they are alone. All in the language that it is frozen in."""
    with stored_language():
        tables = [value(told) for told in tables_of(edition, imprint)]
    whole = {
        "federation": edition.federation,
        "title": edition.title,
        "template": edition.template,
        "period": edition.period,
        "edition": edition.number,
        "kind": edition.kind,
        "known_at": edition.known_at,
        "published_at": edition.published_at,
        "code": edition.code,
        "hash": imprint.digest,
        "address": imprint.address,
        "reason": edition.reason,
        "summary": edition.summary,
        "changes": [asdict(moved) for moved in edition.moved],
        "protection": list(edition.protection),
        "definitions": [asdict(defined) for defined in edition.definitions],
        "tables": tables,
    }
    return f"{json.dumps(whole, ensure_ascii=False, allow_nan=False)}\n".encode()
