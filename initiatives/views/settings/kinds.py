"""The lists that change by the day, and what differs between their pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, User
from initiatives.common_lists import COMMON_LISTS
from initiatives.facts import Validity
from initiatives.forms.settings.lists import ReasonForm, StepForm, code_item_form
from initiatives.models import CodeItem, CodeKind, ExitReason, ListItem, Step
from initiatives.services import lists as services

Cells = Callable[[Any], list[str]]


@dataclass(frozen=True)
class ListKind:
    """A list: how it is called, which rows it has, and the form and services that change it."""

    title: str | Promise
    lead: str | Promise
    new: str | Promise
    rows: Callable[[Federation], QuerySet[Any]]
    form: type[StepForm]
    add: Callable[..., ListItem]
    change: Callable[..., bool]
    columns: tuple[str | Promise, ...] = ()
    cells: Cells = lambda _item: []
    moving: str | Promise = ""


def find_kind(slug: str) -> ListKind:
    """The list with this address name; otherwise Http404."""
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _reason_cells(reason: ExitReason) -> list[str]:
    flags = (
        (reason.counts_as_positive_step, _t("positiv stegförflyttning")),
        (reason.purpose_reached, _t("syftet uppnått")),
        (reason.went_on, _t("gått vidare")),
    )
    told = ", ".join(title for is_on, title in flags if is_on)
    used = ", ".join(initiative.label for initiative in reason.initiatives.all())
    return [reason.group.label, told or "–", used or _t("Ingen")]


def _change_reason(*, by: User, item: ExitReason, facts: Any, now: datetime) -> bool:
    return services.change_reason(by=by, reason=item, facts=facts, now=now)


def _change_step(*, by: User, item: Step, facts: Any, now: datetime) -> bool:
    return services.change_step(by=by, step=item, facts=facts, now=now)


def _code_items(kind: CodeKind, lead: str | Promise) -> ListKind:
    labels = {item.code: item.label for item in COMMON_LISTS[kind]}

    def add(*, by: User, federation: Federation, code: str, facts: Any, validity: Validity, now: datetime) -> CodeItem:
        return services.add_item(
            by=by, federation=federation, kind=kind, code=code, facts=facts, validity=validity, now=now
        )

    return ListKind(
        title=CodeKind(kind).label,
        lead=lead,
        new=_("Lägg till i listan"),
        rows=lambda federation: federation.code_items.filter(kind=kind),
        form=code_item_form(kind),
        add=add,
        change=services.change_item,
        columns=(_("Räknas nationellt som"),) if labels else (),
        cells=lambda item: [labels.get(item.common, "–")] if labels else [],
    )


_NATIONAL = _("Varje rad räknas som en nationell motsvarighet när förbund jämförs.")
_OWN = _("Listan är förbundets egen.")
KINDS: dict[str, ListKind] = {
    "avslutsorsaker": ListKind(
        title=_("Avslutsorsaker"),
        lead=_(
            "Varför deltaganden avslutas, i förbundets ord. Varje insats väljer vilka orsaker den använder. "
            "Den som är avslutad med en orsak behåller den, också när orsaken inte längre kan väljas."
        ),
        new=_("Lägg till en avslutsorsak"),
        rows=lambda federation: federation.exit_reasons.select_related("group").prefetch_related("initiatives"),
        form=ReasonForm,
        add=services.add_reason,
        change=_change_reason,
        columns=(_("Utfallsgrupp"), _("Räknas som"), _("Används av")),
        cells=_reason_cells,
    ),
    "steg": ListKind(
        title=_("Stegmodell"),
        lead=_("Stegen i ordning: det första överst, det som är längst fram nederst."),
        new=_("Lägg till ett steg"),
        rows=lambda federation: federation.steps.all(),
        form=StepForm,
        add=services.add_step,
        change=_change_step,
        moving=_(
            "Flyttas ett steg räknas stegförflyttningar om, också för tidigare perioder. "
            "Det som är publicerat ändras inte."
        ),
    ),
    "uppdrag": _code_items(
        CodeKind.ASSIGNMENT, _("Uppdragen i de insatser som registrerar sådana. Listan är förbundets egen.")
    ),
    "utbildning": _code_items(CodeKind.EDUCATION, _NATIONAL),
    "forsorjning": _code_items(CodeKind.SUPPORT, _NATIONAL),
    "aktualiserande": _code_items(CodeKind.REFERRER, _NATIONAL),
    "samtal": _code_items(CodeKind.CONTACT_KIND, _OWN),
    "hanvisad-till": _code_items(CodeKind.CONTACT_OUTCOME, _OWN),
    "aktiviteter": _code_items(CodeKind.ACTIVITY_KIND, _OWN),
    "malgrupper": _code_items(CodeKind.AUDIENCE, _OWN),
}
"""By the name in the address."""
