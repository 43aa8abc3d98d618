"""How a federation's settings stand: what is set, in a line, and what is missing, in sentences that say what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finsam_tracker.core.models import Federation, Funding
from finsam_tracker.core.parameters import PARAMETERS, RETENTION_YEARS
from initiatives.models import CodeKind, Initiative

MOST_NAMES = 5


@dataclass(frozen=True)
class Standing:
    """A line about what is set, and a sentence for each thing that is missing."""

    summary: str
    missing: tuple[str, ...] = ()


def of_federation(federation: Federation, _today: date) -> Standing:
    """Name and rhythm."""
    return Standing(
        _("%(name)s, rapporterar per %(rhythm)s.")
        % {
            "name": federation.name,
            "rhythm": federation.get_rhythm_display().lower(),
        }
    )


def of_status_reports(federation: Federation, _today: date) -> Standing:
    """How often, and when they are due."""
    if federation.status_report_rhythm == Federation.StatusReportRhythm.NONE:
        return Standing(_("Insatserna skriver inga lägesrapporter."))
    told = {"rhythm": federation.get_status_report_rhythm_display(), "days": federation.status_report_days}
    return Standing(_("%(rhythm)s, hos kansliet senast %(days)d dagar efter periodens slut.") % told)


def of_parties(federation: Federation, _today: date) -> Standing:
    """How many parties."""
    number = federation.parties.count()
    missing = () if number else (_("Förbundet har inga parter. Lägg till dem, så kan insatserna få ägare."),)
    return Standing(ngettext("%d part.", "%d parter.", number) % number, missing)


def of_municipalities(federation: Federation, _today: date) -> Standing:
    """How many municipalities."""
    number = federation.municipalities.count()
    missing = () if number else (_("Förbundet har inga kommuner. Utan dem kan ingen skrivas in på en kommun."),)
    return Standing(ngettext("%d kommun.", "%d kommuner.", number) % number, missing)


def of_retention(federation: Federation, today: date) -> Standing:
    """The rule by which old registrations are thinned to counts; it is one of the assumptions."""
    held = federation.parameters_on(today).get(RETENTION_YEARS.key)
    if held is None:
        return Standing(_("Ingen regel: registreringar gallras inte."))
    return Standing(_("Registreringar gallras till antal %d år efter avslut.") % held.value)


def of_initiatives(federation: Federation, today: date) -> Standing:
    """How many initiatives, and those that lack reasons, budget or staff."""
    every = federation.initiatives.count()
    running = _running(federation, today)
    missing = [
        (running.filter(orientation=Initiative.Orientation.INDIVIDUAL, exit_reasons=None), _("saknar avslutsorsaker")),
        (running.filter(orientation=Initiative.Orientation.INDIVIDUAL, staff=None), _("har ingen som arbetar där än")),
    ]
    told = tuple(f"{_names(rows)} {what}." for rows, what in missing if rows.exists())
    none = () if every else (_("Förbundet har inga insatser. Lägg till den första."),)
    return Standing(
        _("%(every)d, varav %(running)d pågår.") % {"every": every, "running": running.count()}, none + told
    )


def of_reasons(federation: Federation, today: date) -> Standing:
    """How many exit reasons, and those that no initiative uses."""
    chosen = federation.exit_reasons.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    unused = [reason.label for reason in chosen.filter(initiatives=None)]
    none = () if chosen else (_("Förbundet har inga avslutsorsaker. Utan dem kan ingen avslutas."),)
    told = (_("Ingen insats använder %s.") % _in_words(unused),) if unused else ()
    return Standing(_("%d kan väljas.") % len(chosen), none + told)


def of_groups(federation: Federation, _today: date) -> Standing:
    """The outcome groups, as they are printed."""
    labels = [group.label for group in federation.outcome_groups.all()]
    missing = () if labels else (_("Förbundet har inga utfallsgrupper. Varje avslutsorsak hör till en."),)
    return Standing(f"{', '.join(labels)}." if labels else _("Inga."), missing)


def of_steps(federation: Federation, today: date) -> Standing:
    """How many steps, where the rule needs them."""
    number = federation.steps.valid_on(today).count()
    needs = federation.positive_step != Federation.PositiveStep.REASON
    missing = (_("Regeln för positiv stegförflyttning behöver minst två steg."),) if needs and number < 2 else ()  # noqa: PLR2004
    return Standing(ngettext("%d steg.", "%d steg.", number) % number, missing)


def _of_code_items(kind: CodeKind, *, may_be_empty: bool = False) -> Callable[[Federation, date], Standing]:
    def standing(federation: Federation, today: date) -> Standing:
        number = federation.code_items.filter(kind=kind).valid_on(today).count()
        told = _("Listan är tom. Lägg till det som ska kunna väljas.")
        return Standing(_("%d kan väljas.") % number, () if number or may_be_empty else (told,))

    return standing


of_education = _of_code_items(CodeKind.EDUCATION)
of_support = _of_code_items(CodeKind.SUPPORT)
of_referrers = _of_code_items(CodeKind.REFERRER)
of_contacts = _of_code_items(CodeKind.CONTACT_KIND)
of_referrals = _of_code_items(CodeKind.CONTACT_OUTCOME)
of_activity_kinds = _of_code_items(CodeKind.ACTIVITY_KIND)
of_audiences = _of_code_items(CodeKind.AUDIENCE)


def of_assignments(federation: Federation, today: date) -> Standing:
    """How many assignment types, needed where an initiative registers them."""
    number = federation.code_items.filter(kind=CodeKind.ASSIGNMENT).valid_on(today).count()
    using = _running(federation, today).filter(uses_assignments=True)
    missing = () if number or not using else (_("%s registrerar uppdrag, men listan är tom.") % _names(using),)
    return Standing(_("%d kan väljas.") % number, missing)


def of_bands(federation: Federation, _today: date) -> Standing:
    """How many classes."""
    number = federation.bands.count()
    missing = () if number else (_("Förbundet har inga klasser. Utan dem kan tabellerna inte delas in."),)
    return Standing(ngettext("%d klass.", "%d klasser.", number) % number, missing)


def of_goals(federation: Federation, today: date) -> Standing:
    """How many goals the year has."""
    number = federation.goals.filter(year=today.year).count()
    told = ngettext("%(number)d mål för %(year)d.", "%(number)d mål för %(year)d.", number)
    missing = () if number else (_("Året har inga mål. Lägg till dem, eller kopiera förra årets."),)
    return Standing(told % {"number": number, "year": today.year}, missing)


def of_money(federation: Federation, today: date) -> Standing:
    """What the year lacks: funding, inhabitants, budgets."""
    year = {"year": today.year}
    without = federation.municipalities.exclude(inhabitants__year=today.year).count()
    known = set(federation.funding.filter(year=today.year).values_list("source", flat=True))
    missing = []
    if lacking := [str(label) for source, label in Funding.Source.choices if source not in known]:
        missing.append(_("Medel för %(year)d saknas från: %(sources)s.") % {**year, "sources": ", ".join(lacking)})
    if without:
        told = ngettext(
            "%(number)d kommun saknar invånare %(year)d.", "%(number)d kommuner saknar invånare %(year)d.", without
        )
        missing.append(told % {**year, "number": without})
    budgeted = Count("years", filter=Q(years__year=today.year, years__budget_sek__isnull=False))
    unbudgeted = _running(federation, today).annotate(budgeted=budgeted).filter(budgeted=0)
    if unbudgeted.exists():
        missing.append(_("%(names)s saknar budget %(year)d.") % {**year, "names": _names(unbudgeted)})
    return Standing(_("Medel, invånare, bidrag och budgetar för ett år i taget."), tuple(missing))


def of_parameters(federation: Federation, today: date) -> Standing:
    """The assumptions without a value today."""
    held = federation.parameters_on(today)
    missing = tuple(
        _("Antagandet ”%s” saknar värde.") % spec.title
        for key, spec in PARAMETERS.items()
        if key not in held and not spec.is_optional
    )
    number = {"held": len(held), "every": len(PARAMETERS)}
    return Standing(_("%(held)d av %(every)d har ett värde idag.") % number, missing)


def _running(federation: Federation, today: date) -> QuerySet[Initiative]:
    return federation.initiatives.filter(Q(end_on=None) | Q(end_on__gte=today), start_on__lte=today)


def _names(initiatives: Iterable[Initiative]) -> str:
    return _in_words([initiative.name for initiative in initiatives])


def _in_words(names: list[str]) -> str:
    """The names with commas, and how many more where they are many."""
    shown = ", ".join(_("”%s”") % name for name in names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return _("%(names)s och %(more)d till") % {"names": shown, "more": more} if more > 0 else shown
