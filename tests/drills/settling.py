"""Waiting until a deployment has nothing left to do."""

import time

from tests.drills.saving import PATIENCE, PUBLICATIONS, send_stubbornly
from tests.drills.scene import Drill

UNCOMPUTED = "SELECT id FROM reports_publication WHERE content IS NULL AND problem = ''"
LEFT = f"""
    SELECT 'stale ' || federation_id FROM core_stalemark
    UNION ALL SELECT 'import ' || id FROM participants_import WHERE state IN ('waiting', 'checking', 'confirmed')
    UNION ALL SELECT 'draft ' || id FROM ({UNCOMPUTED}) AS drafts
"""  # noqa: S608 - nothing in it comes from outside


def settle(drill: Drill) -> None:
    """Waits until nothing is left to do. In a hurry the office asks for a draft again, as beat does after a while."""
    for number in drill.ask(UNCOMPUTED) if drill.hurried else ():
        path = f"{PUBLICATIONS}{number}/"
        send_stubbornly(drill.ledger, drill.browsers["office"], f"{path}utkast/", f"{path}rakna-om/", {})
    until = time.monotonic() + PATIENCE
    while left := drill.ask(LEFT):
        assert time.monotonic() < until, f"still to do after {PATIENCE} s: {left}"
        drill.wait()
