"""Where the lead writes, and what may stand there."""

import hashlib
import json
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.identity_guard import find_identity
from reports.models import StatusReport
from reports.publications.declaration import Writing

BOXES = (
    Writing(
        "progress",
        gettext_lazy("Framsteg"),
        gettext_lazy("Vad har gått bra? Vad har insatsen gjort i perioden? Skriv inget om någon person."),
    ),
    Writing(
        "deviations",
        gettext_lazy("Avvikelser"),
        gettext_lazy("Vad blev inte som planerat, och varför? Skriv ”Inga” om allt gick som planerat."),
    ),
    Writing("plan", gettext_lazy("Plan framåt"), gettext_lazy("Vad händer i nästa period, och vem gör vad?")),
)
LONGEST = 4000
"""Characters: with the figures, two pages."""
LONGEST_COMMENT = 1000


def texts_of(report: StatusReport) -> dict[str, str]:
    """What is written in each box."""
    return {box.key: getattr(report, box.key) for box in BOXES}


def mark_of(report: StatusReport, state: str = "") -> str:
    """Tells what somebody who writes or sends has seen: the texts as they are kept, and how far the report is.

    ``state`` is another one than the report's: what its mark was then.
    """
    told = json.dumps([state or report.state, texts_of(report)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def text_faults(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The faults of each text, by its box."""
    found = {key: faults_of(text, LONGEST) for key, text in texts.items()}
    return {key: faults for key, faults in found.items() if faults}


def faults_of(text: str, longest: int) -> list[str]:
    """What is wrong with a text of several lines."""
    if finding := find_identity(text):
        return [finding.sentence]
    if len(text) > longest:
        return [_("Skriv högst %(longest)d tecken. Nu är det %(length)d.") % {"longest": longest, "length": len(text)}]
    if "\0" in text:
        return [_("Texten har tecken som inte går att spara. Skriv den på nytt.")]
    return []


def empty_boxes(report: StatusReport) -> list[str]:
    """The titles of the boxes where nothing is written yet."""
    return [str(box.title) for box in BOXES if not getattr(report, box.key)]
