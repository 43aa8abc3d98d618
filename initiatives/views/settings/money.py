"""A year's money: contributions, inhabitants, budgets."""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation, Funding, User
from finsam_tracker.core.services import money as services
from finsam_tracker.core.texts import FIRST_YEAR, LAST_YEAR
from initiatives.contribution_table import ContributionTable
from initiatives.forms.settings.money import YEAR_FACTS, BudgetsForm, InhabitantsForm, YearForm
from initiatives.models import Initiative, InitiativeYear
from initiatives.services.initiatives import set_initiative_year
from initiatives.views.settings.pages import Link, Page, address, find_to_set_up, save_form, show
from initiatives.views.years import chosen_year, neighbours


@require_safe
def money(request: HttpRequest, federation: str) -> HttpResponse:
    """All money of a year."""
    _user, found = find_to_set_up(request, federation)
    year, complaint = chosen_year(request, timezone.localdate().year)
    funding = _funding(found, year)
    held = _budgets(found, year)
    told = {
        "year": year,
        "years": neighbours(address("settings_money", found), year),
        "complaint": complaint,
        "funding": [(label, funding.get(source)) for source, label in Funding.Source.choices],
        "funding_total": sum(funding.values()) if funding else None,
        "own": found.years.filter(year=year).first(),
        "contributions": ContributionTable(found, year),
        "budgets": [(initiative, held.get(initiative.pk)) for initiative in found.initiatives.all()],
        "sums": {name: _sum(getattr(row, name) for row in held.values()) for name in YEAR_FACTS},
        "edit_year": address("settings_year", found, year),
        "edit_inhabitants": address("settings_inhabitants", found, year),
        "edit_budgets": address("settings_budgets", found, year),
    }
    return show(request, "money", Page(found, _("Pengar per år"), shown=told))


def _funding(federation: Federation, year: int) -> dict[str, Decimal]:
    return dict(federation.funding.filter(year=year).values_list("source", "amount_sek"))


def _budgets(federation: Federation, year: int) -> dict[int, InitiativeYear]:
    """The rows of the year, by initiative."""
    rows = federation.initiatives.filter(years__year=year).prefetch_related("years")
    return {initiative.pk: row for initiative in rows for row in initiative.years.all() if row.year == year}


def _sum(numbers: Iterable[Decimal | int | None]) -> Decimal | int | None:
    """The sum of what is known, None where nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _find(request: HttpRequest, slug: str, year: int) -> tuple[User, Federation, Link]:
    """The person, the federation, and the page of the year."""
    user, found = find_to_set_up(request, slug)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return user, found, (f"{address('settings_money', found)}?ar={year}", _("Pengar %d") % year)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_year(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """What is contributed in a year, own capital and administration."""
    user, found, above = _find(request, federation, year)
    own = found.years.filter(year=year).first()
    form = YearForm(typed(request), funding=_funding(found, year), year=own)
    page = Page(found, _("Medel och administration %d") % year, (above,))

    @transaction.atomic
    def act() -> bool:
        now = timezone.now()
        funded = services.set_funding(by=user, federation=found, year=year, amounts=form.amounts(), now=now)
        return services.set_federation_year(by=user, federation=found, year=year, facts=form.facts(), now=now) or funded

    return save_form(request, page, form, act, _("Medlen för %d är sparade.") % year)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_inhabitants(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """The inhabitants of each municipality, and agreed contributions."""
    user, found, above = _find(request, federation, year)
    municipalities = list(found.municipalities.prefetch_related("inhabitants"))
    held = {m.code: row for m in municipalities for row in m.inhabitants.all() if row.year == year}
    form = InhabitantsForm(typed(request), municipalities=municipalities, held=held)
    page = Page(found, _("Invånare och bidrag %d") % year, (above,), {"columns": form.titles})

    def act() -> bool:
        return services.set_inhabitants(
            by=user, federation=found, year=year, settled=form.settled(), now=timezone.now()
        )

    told = _("Invånare och bidrag för %d är sparade.") % year
    lead = _(
        "Bidraget räknas ut efter invånare. "
        "Har kommunerna avtalat om belopp, skriv beloppet för alla; annars för ingen."
    )
    return save_form(request, page, form, act, told, template="grid", lead=lead)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_budgets(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """Budget, outcome and planned participants of every initiative."""
    user, found, above = _find(request, federation, year)
    initiatives = list(found.initiatives.select_related("federation"))
    form = BudgetsForm(typed(request), initiatives=initiatives, held=_budgets(found, year))
    page = Page(found, _("Insatsernas budget %d") % year, (above,), {"columns": form.titles})

    def act() -> bool:
        return _set_budgets(user, initiatives, year, form)

    told, lead = _("Insatsernas budget för %d är sparad.") % year, _("Lämna tomt det som inte är känt.")
    return save_form(request, page, form, act, told, template="grid", lead=lead)


@transaction.atomic
def _set_budgets(user: User, initiatives: Iterable[Initiative], year: int, form: BudgetsForm) -> bool:
    """Save every row or none; what is refused is told by its square."""
    changed, refused = False, dict[str, list[str]]()
    for initiative in initiatives:
        facts, now = form.facts_of(initiative), timezone.now()
        try:
            changed |= set_initiative_year(by=user, initiative=initiative, year=year, facts=facts, now=now)
        except ValidationError as error:
            refused |= {f"{name}_{initiative.slug}": texts for name, texts in error.message_dict.items()}
    if refused:
        raise ValidationError(refused)
    return changed
