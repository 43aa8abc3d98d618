"""A federation's lists, read once and handed around: what may be chosen, and what tables are made of."""

from functools import cached_property

from finsam_tracker.core.models import Federation, Municipality
from initiatives.models import (
    Band,
    BandKind,
    CodeItem,
    CodeKind,
    ExitReason,
    Initiative,
    OutcomeGroup,
    Step,
)


class Lists:
    """The lists of one federation. Each is read when first asked for and then kept; make a new one per unit of work."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation

    @cached_property
    def _code_items(self) -> list[CodeItem]:
        return list(CodeItem.objects.filter(federation=self.federation))

    @cached_property
    def _bands(self) -> list[Band]:
        return list(Band.objects.filter(federation=self.federation))

    def codes(self, kind: CodeKind) -> list[CodeItem]:
        """The items of a plain list, ended ones included, in order."""
        return [item for item in self._code_items if item.kind == kind]

    def bands(self, kind: BandKind) -> list[Band]:
        """The classes that a number falls in, lowest first."""
        return [band for band in self._bands if band.kind == kind]

    @cached_property
    def municipalities(self) -> list[Municipality]:
        return list(Municipality.objects.filter(federation=self.federation))

    @cached_property
    def initiatives(self) -> list[Initiative]:
        """The initiatives that enrol participants."""
        return list(Initiative.objects.with_participants().filter(federation=self.federation))

    @cached_property
    def groups(self) -> list[OutcomeGroup]:
        return list(OutcomeGroup.objects.filter(federation=self.federation))

    @cached_property
    def reasons(self) -> list[ExitReason]:
        """All exit reasons, ended ones included, in order, each with its group."""
        groups = {group.pk: group for group in self.groups}
        reasons = list(ExitReason.objects.filter(federation=self.federation))
        for reason in reasons:
            reason.group = groups[reason.group_id]
        return reasons

    @cached_property
    def reasons_of_initiative(self) -> dict[int, set[int]]:
        """Which reasons each initiative uses: initiative id -> reason ids."""
        used: dict[int, set[int]] = {}
        links = Initiative.exit_reasons.through.objects.filter(initiative__federation=self.federation)
        for initiative_id, reason_id in links.values_list("initiative_id", "exitreason_id"):
            used.setdefault(initiative_id, set()).add(reason_id)
        return used

    @cached_property
    def steps(self) -> list[Step]:
        return list(Step.objects.filter(federation=self.federation))
