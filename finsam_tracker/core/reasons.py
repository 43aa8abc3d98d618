"""Why somebody changes what is registered: short, and about nobody. It stands in the history."""

from django.utils.translation import gettext as _

from finsam_tracker.core.identity_guard import find_identity

LONGEST_REASON = 100


def reason_problems(reason: str) -> dict[str, list[str]]:
    """Whether a change says why, shortly and about nobody."""
    if not reason.strip():
        return {"reason": [_("Skriv kort varför, till exempel ”fel datum”. Det sparas i historiken.")]}
    if len(reason) > LONGEST_REASON:
        return {"reason": [_("Skriv högst %d tecken om varför.") % LONGEST_REASON]}
    if finding := find_identity(reason):
        return {"reason": [finding.sentence]}
    return {}
