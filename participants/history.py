"""What has happened to a participation, as sentences: who did what, when and why. Read off versions and acts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, pairwise
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.models import AuditEvent
from initiatives.lists import Lists
from participants.codes import FollowUpOutcome
from participants.describe import Describer
from participants.marks import Mark
from participants.models import (
    FollowUpVersion,
    Participation,
    ParticipationVersion,
    StepAssessmentVersion,
    Version,
)

NAMES: Mapping[str, str | Promise] = {
    "gender": gettext_lazy("kön"),
    "birth_year": gettext_lazy("födelseår"),
    "municipality": gettext_lazy("kommun"),
    "education": gettext_lazy("utbildning"),
    "referrer": gettext_lazy("aktualiserande part"),
    "assignment": gettext_lazy("uppdrag"),
    "support_before": gettext_lazy("offentlig försörjning före start"),
    "support_months": gettext_lazy("månader i offentlig försörjning"),
    "asked_about_violence": gettext_lazy("fråga om våld"),
    "start_on": gettext_lazy("startdatum"),
    "exit_on": gettext_lazy("avslutsdatum"),
    "exit_reason": gettext_lazy("avslutsorsak"),
    "work_after": gettext_lazy("arbete efter avslut"),
    "studies_after": gettext_lazy("studier efter avslut"),
    "support_after": gettext_lazy("offentlig försörjning efter avslut"),
}
"""The columns that people fill in, as they are called inside a sentence."""

DEEDS: Mapping[str, str | Promise] = {
    "enrol": gettext_lazy("inskrivningen"),
    "exit": gettext_lazy("avslutet"),
    "assess_step": gettext_lazy("bedömningen"),
    "follow_up": gettext_lazy("uppföljningen"),
    "try_again": gettext_lazy("det nya försöket"),
    "correct": gettext_lazy("rättelsen"),
    "reopen": gettext_lazy("att avslutet togs tillbaka"),
    "void": gettext_lazy("felregistreringen"),
    "take_back_assessment": gettext_lazy("att bedömningen togs bort"),
}
"""What can be undone, as it is called after the verb."""


@dataclass
class Happening:
    """An act, and the state that each row it touched had after it and before."""

    act: AuditEvent
    changed: list[tuple[Version, Version | None]] = field(default_factory=list)

    def of(self, kind: type[Version]) -> list[tuple[Any, Any]]:
        """The changed rows of one kind."""
        return [(after, before) for after, before in self.changed if isinstance(after, kind)]


@dataclass(frozen=True)
class Entry:
    """A line of the history."""

    act: AuditEvent
    what: str

    @property
    def at(self) -> datetime:
        return timezone.localtime(self.act.at)

    @property
    def sentence(self) -> str:
        """All of it but the time."""
        text = f"{self.act.actor} {self.what}"
        why = self.act.reason if self.act.action != "undo" else ""
        return f"{text}: {why}." if why else f"{text}."


class History:
    """The history of one participation."""

    def __init__(self, participation: Participation, lists: Lists) -> None:
        self._participation = participation
        self._describer = Describer(lists)

    def entries(self) -> list[Entry]:
        """Every act, newest first."""
        happenings = self._happenings()
        earlier = [None, *happenings]
        told = [Entry(h.act, self._tell(h, before)) for h, before in zip(happenings, earlier, strict=False)]
        return told[::-1]

    def since(self, mark: Mark) -> list[Entry]:
        """What has happened since somebody looked, oldest first."""
        new = {v.act_id for v in self._versions() if mark.is_before(v)}
        return [entry for entry in self.entries()[::-1] if entry.act.pk in new]

    def _versions(self) -> list[Any]:
        this = self._participation
        return [
            *ParticipationVersion.objects.filter(registration=this)
            .select_related("act__actor", "municipality", "exit_reason")
            .order_by("pk"),
            *StepAssessmentVersion.objects.filter(participation=this)
            .select_related("act__actor", "step")
            .order_by("pk"),
            *FollowUpVersion.objects.filter(participation=this).select_related("act__actor").order_by("pk"),
        ]

    def _happenings(self) -> list[Happening]:
        """The acts in order, each with what it changed."""
        by_row: dict[tuple[type, int], list[Any]] = {}
        for version in self._versions():
            by_row.setdefault((type(version), version.registration_id), []).append(version)
        found: dict[int, Happening] = {}
        for before, after in chain.from_iterable(pairwise([None, *versions]) for versions in by_row.values()):
            found.setdefault(after.act_id, Happening(after.act)).changed.append((after, before))
        return [found[key] for key in sorted(found)]

    def _tell(self, happening: Happening, earlier: Happening | None) -> str:
        if happening.act.action == "undo":
            return _("ångrade %s") % (DEEDS.get(earlier.act.action, "") if earlier else "")
        return str(self._tellers.get(happening.act.action, self._tell_change)(happening))

    @property
    def _tellers(self) -> Mapping[str, Callable[[Happening], str]]:
        return {
            "enrol": self._tell_enrolment,
            "exit": self._tell_exit,
            "assess_step": self._tell_assessment,
            "take_back_assessment": self._tell_assessment,
            "follow_up": self._tell_follow_up,
            "try_again": self._tell_follow_up,
            "reopen": lambda _happening: _("öppnade deltagandet igen"),
            "void": lambda _happening: _("tog bort deltagandet som felregistrering"),
        }

    def _tell_enrolment(self, happening: Happening) -> str:
        ((made, _nothing),) = happening.of(ParticipationVersion)
        return _("skrev in deltagaren med start %s") % str(made.start_on)

    def _tell_exit(self, happening: Happening) -> str:
        ((after, _before),) = happening.of(ParticipationVersion)
        facts = [self._describer.value("exit_reason", after), *self._occupation(after)]
        return _("avslutade deltagandet %(day)s: %(facts)s") % {"day": after.exit_on, "facts": ", ".join(facts)}

    def _tell_assessment(self, happening: Happening) -> str:
        ((after, before),) = happening.of(StepAssessmentVersion)
        said = {"day": after.on, "step": after.step, "before": before.step if before else ""}
        if after.is_void:
            return _("tog bort stegbedömningen %(day)s, %(step)s") % said
        if before and not before.is_void:
            return _("ändrade stegbedömningen %(day)s från %(before)s till %(step)s") % said
        return _("bedömde steget %(day)s: %(step)s") % said

    def _tell_follow_up(self, happening: Happening) -> str:
        return get_text_list([self._follow_up(*pair) for pair in happening.of(FollowUpVersion)], _("och"))

    def _follow_up(self, after: FollowUpVersion, before: FollowUpVersion | None) -> str:
        said = {"months": after.months, "day": after.done_on}
        if after.outcome == FollowUpOutcome.PLANNED:
            return _("ska försöka nå deltagaren igen för uppföljningen efter %(months)d månader") % said
        facts = [after.get_outcome_display().lower(), *self._occupation(after)]
        corrected = before is not None and before.outcome != FollowUpOutcome.PLANNED
        form = (
            _("ändrade uppföljningen efter %(months)d månader till %(day)s: %(facts)s")
            if corrected
            else _("följde upp efter %(months)d månader, %(day)s: %(facts)s")
        )
        return form % {**said, "facts": ", ".join(facts)}

    def _tell_change(self, happening: Happening) -> str:
        """Whatever else was done, by what it changed: a correction, an import."""
        parts: list[str] = []
        for after, before in happening.of(ParticipationVersion):
            parts += self._differences(after, before) if before else [_("registrerade deltagandet")]
        if happening.act.action != "correct":
            if happening.of(StepAssessmentVersion):
                parts.append(self._assessments(happening))
            answered = [p for p in happening.of(FollowUpVersion) if p[0].outcome != FollowUpOutcome.PLANNED]
            parts += [self._follow_up(*pair) for pair in answered]
        return get_text_list(parts, _("och")) if parts else _("sparade utan att något ändrades")

    def _assessments(self, happening: Happening) -> str:
        steps = [f"{after.step} {after.on}" for after, _before in happening.of(StepAssessmentVersion)]
        return _("bedömde steg: %s") % ", ".join(steps)

    def _differences(self, after: ParticipationVersion, before: ParticipationVersion) -> list[str]:
        told = [
            _("%(name)s från %(before)s till %(after)s")
            % {
                "name": name,
                "before": self._describer.value(column, before),
                "after": self._describer.value(column, after),
            }
            for column, name in NAMES.items()
            if getattr(after, column) != getattr(before, column)
        ]
        return [_("rättade %s") % told[0], *told[1:]] if told else []

    def _occupation(self, row: ParticipationVersion | FollowUpVersion) -> Iterable[str]:
        """What is known about work, studies and support, as parts of a sentence."""
        if row.work_after:
            yield _work(row.work_after, self._describer.value("work_after", row))
        if row.studies_after:
            yield self._describer.value("studies_after", row).lower()
        if row.support_after:
            yield _("försörjning: %s") % self._describer.value("support_after", row)


def _work(code: str, label: str) -> str:
    return _("arbetar %s") % label if code.isdigit() else label.lower()
