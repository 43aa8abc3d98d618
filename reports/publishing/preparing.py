"""The figures of a draft: one snapshot, reconciled, protected with everything published before, attacked.

Fails closed: what cannot be shown to be safe and consistent becomes a sentence, and there is nothing to publish.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from reports.compute import COMPUTE_ERRORS, compute, lacking_parameters, snapshot
from reports.context import Context, Scope
from reports.definition import Table
from reports.disclosure.requirements import Impossible
from reports.disclosure.system import InconsistentError
from reports.disclosure.unknowns import Contradiction
from reports.edition import Edition
from reports.language import stored_language
from reports.models import Publication
from reports.protection.design import Sheet
from reports.protection.explained import attack_in_words, hidden_figures
from reports.protection.known import Known
from reports.protection.outcome import ProtectedSet, RefusedError
from reports.protection.protected import protect
from reports.publications.declaration import Printed
from reports.publishing.arranging import template_for
from reports.publishing.laying_out import laid_out
from reports.publishing.ledger import told_to_readers
from reports.reconcile import Check, reconcile
from reports.result import Result
from reports.tables import TABLES

CANNOT = (*COMPUTE_ERRORS, RefusedError)
"""What stops a draft, with a Swedish sentence for the office."""
FAULTY = (InconsistentError, Contradiction, Impossible)
"""What stops a draft because the figures contradict each other."""


class NotPublishableError(ValueError):
    """There is nothing to publish; the message is a Swedish sentence that says why."""


@dataclass(frozen=True)
class Prepared:
    """A draft's public edition, and what only the office may see of it."""

    edition: Edition
    inside: dict[str, Any]


def prepare(draft: Publication, *, now: datetime) -> Prepared:
    """The draft's figures as they are now. NotPublishableError where they cannot be published."""
    try:
        with snapshot(), stored_language():
            return _prepare(draft, now)
    except CANNOT as error:
        raise NotPublishableError(str(error.args[0])) from error
    except FAULTY as error:
        raise NotPublishableError(
            _("Siffrorna motsäger varandra, så de kan inte skyddas. Kontakta driften och berätta vilken rapport.")
        ) from error


def _prepare(draft: Publication, now: datetime) -> Prepared:
    template, period = template_for(draft.federation, draft.template), Period.parse(draft.period)
    context = Context(Scope(draft.federation), period, today=timezone.localdate(now))
    tables = [TABLES[key].on(period.end) for key in dict.fromkeys(p.table for p in template.printed())]
    results = {result.table: result for result in compute(tables, context)}
    _refuse_gaps(tables, context)
    checks = reconcile(results)
    _refuse_faults(checks)
    printed = {one.table: one for one in template.printed()}
    sheets = [sheet_of(table, results[table.key], printed[table.key], context) for table in tables]
    sheets = [sheet for sheet in sheets if sheet.result.rows and sheet.result.columns]
    earlier = earlier_publications(draft.federation)
    outcome = protect(sheets, known=[_remembered(one, now) for one in earlier])
    if not outcome.report.is_green:
        raise NotPublishableError(_("Provet visar att dolda tal kan räknas ut. Inget kan publiceras."))
    edition = laid_out(draft, template, outcome, now)
    return Prepared(edition, inside(sheets, outcome, checks, earlier))


def _refuse_gaps(tables: Iterable[Table], context: Context) -> None:
    """What is printed leans on no assumption without a value: a board is not shown empty cells."""
    found = (one for table in tables for one in lacking_parameters(table, context, table.measures(context)))
    if lacking := " ".join(dict.fromkeys(found)):
        raise NotPublishableError(_("%s Eller ta bort de avsnitt ur rapporten som bygger på det.") % lacking)


def sheet_of(table: Table, result: Result, printed: Printed, context: Context) -> Sheet:
    """The part of a table that a template prints, and what it prints instead."""
    narrower = None if printed.instead is None else tuple(cut.of(result) for cut in printed.instead)
    return Sheet(table, printed.cut.of(result), context, narrower)


def _remembered(publication: Publication, now: datetime) -> Known:
    """What was published, and what is told of the registrations since."""
    known = Known.from_json((publication.inside or {})["known"])
    return replace(known, changed=told_to_readers(publication, now))


def _refuse_faults(checks: Iterable[Check]) -> None:
    faults = [check for check in checks if not check.holds]
    if faults:
        told = "; ".join(f"{fault.sentence} ({fault.left} / {fault.right})" for fault in faults[:3])
        raise NotPublishableError(_("Tabellerna går inte ihop: %s. Rätta registreringarna och räkna om.") % told)


def earlier_publications(federation: Federation) -> list[Publication]:
    """Everything that has ever been published of a federation, oldest first."""
    return list(federation.publications.published().order_by("published_at", "pk"))


def inside(
    sheets: Sequence[Sheet], outcome: ProtectedSet, checks: Iterable[Check], earlier: Iterable[Publication]
) -> dict[str, Any]:
    """What only the office sees: the true figures, why each hidden one is hidden, the attack, the sums; and what the
    next publication must remember. ``earlier``: the publications that it was protected beside."""
    return {
        "results": [sheet.result.to_json() for sheet in sheets],
        "hidden": [_plain(asdict(figure)) for figure in hidden_figures(outcome)],
        "attack": attack_in_words(outcome.report, outcome),
        "checks": [_plain(asdict(check)) for check in checks],
        "known": outcome.known.to_json(),
        "earlier": [one.pk for one in earlier],
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, Decimal) else value for key, value in values.items()}


def inside_results(publication: Publication) -> list[Result]:
    """The true figures of a publication, for the office."""
    return [Result.from_json(data) for data in (publication.inside or {}).get("results", ())]
