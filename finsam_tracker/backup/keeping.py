"""Which backups are kept: the latest of each of so many days, weeks and months."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

NAME = re.compile(r"finsam-(\d{8}T\d{6}Z)\.finsam")
PARTS: tuple[Callable[[datetime], object], ...] = (
    datetime.date,
    lambda at: at.isocalendar()[:2],
    lambda at: (at.year, at.month),
)


def backups_in(folder: Path) -> dict[datetime, Path]:
    """The whole backups of a folder by when they were made, latest first. Other files are nobody's business."""
    found = {made_at(path.name): path for path in folder.iterdir()}
    return {at: found[at] for at in sorted(filter(None, found), reverse=True)}


def made_at(name: str) -> datetime | None:
    match = NAME.fullmatch(name)
    return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if match else None


def to_keep(moments: Iterable[datetime], keep: Sequence[int]) -> set[datetime]:
    """Of each day, week and month the latest, as many of each as is asked for; and always the latest of all."""
    latest_first = sorted(moments, reverse=True)
    kept = set(latest_first[:1])
    for part, number in zip(PARTS, keep, strict=True):
        by_part: dict[object, datetime] = {}
        for moment in latest_first:
            by_part.setdefault(part(moment), moment)
        kept |= set(list(by_part.values())[:number])
    return kept


def forget_old(folder: Path, keep: Sequence[int]) -> int:
    """Delete the others; how many."""
    found = backups_in(folder)
    kept = to_keep(found, keep)
    old = [path for at, path in found.items() if at not in kept]
    for path in old:
        path.unlink()
    return len(old)
