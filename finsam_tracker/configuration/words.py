"""Pieces of Swedish sentences about what stands in a file."""

from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from finsam_tracker.core.identity_guard import find_identity

LONGEST_QUOTE = 60


def quoted(value: Any) -> str:
    """A value as it may be repeated in a sentence: within quotation marks, not too long, and nobody's number."""
    shown = _shown(value)
    if find_identity(shown):
        return "Värdet"
    return f"”{shown if len(shown) <= LONGEST_QUOTE else shown[: LONGEST_QUOTE - 1] + '…'}”"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[...]"
    return "{...}" if isinstance(value, dict) else " ".join(str(value).split())


def listed(words: Iterable[str]) -> str:
    """a, b och c."""
    *first, last = list(words) or ["inget"]
    return f"{', '.join(first)} och {last}" if first else last


def did_you_mean(value: Any, words: Iterable[str]) -> str:
    """ "Menade du x? " where something known is spelled nearly so, otherwise nothing."""
    close = get_close_matches(str(value), list(words), n=1, cutoff=0.7)
    return f"Menade du ”{close[0]}”? " if close else ""
