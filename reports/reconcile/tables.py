"""The sums that must hold between tables, and why one does not where it may not."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from initiatives.models import CommonGroup
from reports.definition import TOTAL
from reports.reconcile.check import Check, Results, number_in, rule
from reports.result import Number, Result, ResultRow


@rule("flows")
def total_is_exited_and_ongoing(results: Results) -> Iterator[Check]:
    flows = results["flows"]
    for row in flows.rows:
        yield Check(
            _("%(where)s: totalt = avslutade + pågående") % {"where": row.labels[0]},
            number_in(row, flows, "total"),
            number_in(row, flows, "exited") + number_in(row, flows, "ongoing"),
        )


@rule("flows", "exit_groups")
def groups_are_exits(results: Results) -> Iterator[Check]:
    flows, groups = results["flows"], results["exit_groups"]
    for row in flows.rows:
        if groups.has_row(*row.key):
            cells = groups.row(*row.key).cells
            yield Check(
                _("%(where)s: utfallsgrupperna summerar till avslutade") % {"where": row.labels[0]},
                sum(cell.number for cell in cells[:-1]),
                number_in(row, flows, "exited"),
            )


@rule()
def initiatives_add_up(results: Results) -> Iterator[Check]:
    """Every column of the tables by initiative is the sum of its initiatives."""
    for table in (results[key] for key in ("flows", "exit_groups") if key in results):
        for column in table.columns:
            yield Check(
                _("%(table)s: kolumnen ”%(column)s” summerar till sin totalrad")
                % {"table": table.title, "column": column.title},
                sum(number_in(row, table, column.key) for row in table.body()),
                table.cell(column.key, TOTAL).number,
            )


@rule("flows", "table_1")
def table_1_is_exits(results: Results) -> Iterator[Check]:
    flows, table_1 = results["flows"], results["table_1"]
    for row in flows.body():
        parts = [part for part in table_1.body() if part.key[0] == row.key[0]]
        yield Check(
            _("%(where)s: Tabell 1 summerar till avslutade") % {"where": row.labels[0]},
            sum(cell.number for part in parts for cell in part.cells[:-1]),
            number_in(row, flows, "exited"),
        )
    yield Check(
        _("Tabell 1: totalsumman = avslutade"),
        table_1.cell(TOTAL, TOTAL, TOTAL).number,
        flows.cell("exited", TOTAL).number,
    )


@rule("flows", "table_3")
def table_3_is_everyone(results: Results) -> Iterator[Check]:
    flows, table_3 = results["flows"], results["table_3"]
    yield Check(
        _("Tabell 3: kommunernas deltagare summerar till totalt"),
        sum(number_in(row, table_3, "participants") for row in table_3.body()),
        flows.cell("total", TOTAL).number,
    )


@rule("table_2", "table_3")
def full_time_is_the_same(results: Results) -> Iterator[Check]:
    table_2, table_3 = results["table_2"], results["table_3"]
    full_time, avoided = table_2.cell("count", "full_time"), table_2.cell("avoided", TOTAL)
    # Without the assumptions there is nothing to compare.
    if full_time.value is not None:
        yield Check(
            _("Heltiderna i Tabell 3 summerar till ”Medeltal 100%” i Tabell 2"),
            sum(number_in(row, table_3, "fte") for row in table_3.body()),
            full_time.number,
        )
    if avoided.value is not None:
        yield Check(
            _("Undviken försörjning är densamma i Tabell 2 och Tabell 3"),
            sum(number_in(row, table_3, "avoided") for row in table_3.body()),
            avoided.number,
        )


@rule("table_2", "work_by_reason")
def working_is_the_same(results: Results) -> Iterator[Check]:
    yield Check(
        _("De som arbetar i Tabell 2 är de som arbetar efter avslutsorsak"),
        sum(number_in(row, results["table_2"], "count") for row in results["table_2"].body()),
        results["work_by_reason"].cell(TOTAL, TOTAL, TOTAL).number,
    )


@rule("facts", "flows")
def facts_are_of_everyone(results: Results) -> Iterator[Check]:
    facts = results["facts"]
    yield Check(
        _("Fakta om deltagare räknas av alla som deltog"),
        number_in(facts.rows[0], facts, "of"),
        results["flows"].cell("total", TOTAL).number,
    )


@rule("advisory_contacts")
def contacts_add_up(results: Results) -> Iterator[Check]:
    contacts = results["advisory_contacts"]
    for column in contacts.columns:
        yield Check(
            _("Rådgivande samtal: insatserna summerar till totalen för ”%s”") % column.title,
            sum(number_in(row, contacts, column.key) for row in contacts.body()),
            contacts.cell(column.key, TOTAL, TOTAL).number,
        )
    for row in contacts.rows:
        yield Check(
            _("%(where)s, rådgivande samtal: hänvisningarna summerar till samtalen")
            % {"where": ", ".join(filter(None, row.labels))},
            sum(cell.number for cell in row.cells[:-1]),
            row.cells[-1].number,
        )


@rule("advisory_contacts", "advisory_referrals")
def referrals_are_the_contacts(results: Results) -> Iterator[Check]:
    contacts, referrals = results["advisory_contacts"], results["advisory_referrals"]
    for row in referrals.rows:
        yield Check(
            _("Rådgivande samtal, %(where)s: lika många i båda tabellerna") % {"where": row.labels[0]},
            row.cells[0].number,
            contacts.cell(row.key[0], TOTAL, TOTAL).number,
        )


HEADS = ("events", "days", "participants", "women", "men", "others", "answers", "asked_about_use")
"""The columns of the tables of structural activities that add up."""


@rule("structural_activities")
def genders_are_everyone_who_came(results: Results) -> Iterator[Check]:
    activities = results["structural_activities"]
    for row in activities.rows:
        yield Check(
            _("%(where)s, aktiviteter: kvinnor, män och okända summerar till deltagarna") % {"where": row.labels[0]},
            sum(row.cells[activities.column(column)].number for column in ("women", "men", "others")),
            row.cells[activities.column("participants")].number,
        )


@rule("structural_activities", "activities_by_kind", "activities_by_audience")
def activities_add_up_in_every_table(results: Results) -> Iterator[Check]:
    everything = results["structural_activities"]
    for key in ("structural_activities", "activities_by_kind", "activities_by_audience"):
        table = results[key]
        for column in HEADS:
            yield Check(
                _("%(table)s: kolumnen ”%(column)s” summerar till totalen för alla aktiviteter")
                % {"table": table.title, "column": table.columns[table.column(column)].title},
                sum(row.cells[table.column(column)].number for row in table.body()),
                everything.cell(column, TOTAL).number,
            )


@rule("budget", "flows")
def participants_cost_what_the_budget_says(results: Results) -> Iterator[Check]:
    """The participants of the budget are those of the flows, initiative by initiative and together."""
    budget, flows = results["budget"], results["flows"]
    for row in budget.rows:
        cell = row.cells[budget.column("participants")]
        if cell.value is not None and flows.has_row(*row.key):
            yield Check(
                _("%(where)s: deltagarna i budgettabellen = totalt") % {"where": row.labels[0]},
                cell.number,
                flows.cell("total", *row.key).number,
            )


@rule("budget")
def money_adds_up(results: Results) -> Iterator[Check]:
    """Every sum of the budget that is known is the sum of its parts."""
    budget = results["budget"]
    for column in ("budget", "outcome", "deviation"):
        title = budget.columns[budget.column(column)].title
        initiatives, administration, everything = (
            budget.cell(column, key) for key in (TOTAL, "administration", "everything")
        )
        if initiatives.value is not None:
            yield Check(
                _("Budget och utfall: insatserna summerar till ”Summa insatser” för ”%s”") % title,
                sum(row.cells[budget.column(column)].number for row in budget.body()),
                initiatives.number,
            )
        if everything.value is not None:
            yield Check(
                _("Budget och utfall: insatser och administration summerar till ”Totalt” för ”%s”") % title,
                initiatives.number + administration.number,
                everything.number,
            )


@rule("financing", "funding")
def contributions_add_up(results: Results) -> Iterator[Check]:
    financing, funding = results["financing"], results["funding"]
    share = funding.cell("amount", "municipalities")
    if share.value is not None and financing.cell("contribution", TOTAL).value is not None:
        yield Check(
            _("Kommunernas bidrag summerar till kommunernas sammanlagda bidrag"),
            sum(number_in(row, financing, "contribution") for row in financing.body()),
            share.number,
        )


@rule("work_by_reason")
def working_is_not_the_reason_work(results: Results) -> Iterator[Check]:
    """Those who work are not those with the reason work; each who is only one of them is named by cause."""
    table = results["work_by_reason"]
    works_with_other_reason = [row for row in table.body() if row.key[0] != CommonGroup.WORK and row.cells[-1].number]
    reason_without_work = [
        (row, row.cells[0].number - row.cells[-1].number)
        for row in table.body()
        if row.key[0] == CommonGroup.WORK and row.cells[0].number != row.cells[-1].number
    ]
    yield Check(
        _("De som arbetar efter insatsen = avslut i gruppen arbete"),
        table.cell(TOTAL, TOTAL, TOTAL).number,
        table.cell("exits", CommonGroup.WORK, TOTAL).number,
        (
            *(line for row in works_with_other_reason for line in _explain_workers(table, row)),
            *(_explain_idle(row.labels[-1], number) for row, number in reason_without_work),
        ),
        sum(row.cells[-1].number for row in works_with_other_reason)
        - sum(number for _row, number in reason_without_work),
    )


def _explain_workers(table: Result, row: ResultRow) -> Iterator[str]:
    for column, cell in list(zip(table.columns, row.cells, strict=True))[1:-1]:
        if cell.number:
            yield _("%(number)d avslutades med orsaken ”%(reason)s” och arbetar (%(extent)s).") % {
                "number": cell.number,
                "reason": row.labels[-1],
                "extent": column.title,
            }


def _explain_idle(reason: str, number: Number) -> str:
    return _("%(number)d avslutades med orsaken ”%(reason)s” utan att arbete är registrerat.") % {
        "number": number,
        "reason": reason,
    }
