"""A part of a federation's or an initiative's tables: one initiative, a municipality, an assignment."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from django.db.models import BigIntegerField, QuerySet
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Municipality
from finsam_tracker.core.together import Blank, Together
from initiatives.models import CodeItem, CodeKind, Initiative
from reports.context import Scope

Choices = list[tuple[str, str]]


class ScopeError(LookupError):
    """A part that is in none of the federation's lists; the message is a Swedish sentence. ``field``: which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def narrow(scope: Scope, *, initiative: str = "", municipality: str = "", assignment: str = "") -> Scope:
    """The part of a scope with these codes, each empty where it is not asked for. Raises ScopeError.

    The initiative is only chosen where the scope is not about one already.
    """
    for field, code in (("initiative", initiative), ("municipality", municipality), ("assignment", assignment)):
        if "\0" in code:  # which PostgreSQL does not take
            raise ScopeError(field, _("Det valda finns inte i förbundet. Välj ur listan."))
    federation = scope.federation
    chosen = scope.initiative
    if initiative and chosen is None:
        chosen = _initiatives(scope).filter(slug=initiative).first()
        if chosen is None:
            raise ScopeError("initiative", _("Insatsen ”%s” finns inte. Välj en av förbundets.") % initiative[:60])
    if municipality and not federation.municipalities.filter(code=municipality).exists():
        raise ScopeError("municipality", _("Kommunen ”%s” finns inte. Välj en av förbundets.") % municipality[:60])
    if assignment and not _assignments(scope).filter(code=assignment).exists():
        raise ScopeError("assignment", _("Uppdraget ”%s” finns inte. Välj ett av förbundets.") % assignment[:60])
    return replace(scope, initiative=chosen, municipality=municipality, assignment=assignment)


def choices(scope: Scope) -> Mapping[str, Choices]:
    """What a scope may be narrowed by: codes and names, by the parameter of ``narrow``."""
    found = _lists().read(federation=scope.federation.pk)
    return found if scope.initiative is None else found | {"initiative": []}


@cache
def _lists() -> Together:
    one = Blank("federation", BigIntegerField())
    return Together(
        {
            "initiative": Initiative.objects.filter(federation=one).with_participants().values("slug", "name"),
            "municipality": Municipality.objects.filter(federation=one).values("code", "name"),
            "assignment": CodeItem.objects.filter(federation=one, kind=CodeKind.ASSIGNMENT).values("code", "label"),
        }
    )


def _initiatives(scope: Scope) -> QuerySet[Initiative]:
    return scope.federation.initiatives.with_participants()


def _assignments(scope: Scope) -> QuerySet[CodeItem]:
    return scope.federation.code_items.filter(kind=CodeKind.ASSIGNMENT)
