"""What two editions tell by their difference is attacked with the rest, by whoever reads how much has changed."""

from collections.abc import Mapping
from datetime import date

import pytest

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from initiatives.models import CommonGroup, Initiative
from participants.models import Participation
from reports.protection.differences import Changed
from reports.protection.known import Known
from reports.protection.outcome import ProtectedSet, RefusedError
from reports.protection.protected import protect
from reports.protection.rule import Rule
from reports.result import Status
from tests.factories import ExitReasonFactory, FederationFactory, InitiativeFactory, OutcomeGroupFactory
from tests.test_protection import sheets
from tests.test_releases import nothing_is_told

pytestmark = pytest.mark.django_db
YEAR = Period.year(2025)
RULE = Rule()


def enrol(initiative: Initiative, number: int, *, year: int = 2024, reason: str = "") -> None:
    """So many in an initiative who began in a year; with a reason they left in 2025."""
    reasons = {r.code: r for r in initiative.federation.exit_reasons.all()}
    there = Participation.objects.count()
    Participation.objects.bulk_create(
        Participation(
            federation=initiative.federation,
            initiative=initiative,
            recorded_on=date(2025, 12, 31),
            code=f"AAAA-{there + n:04}",
            gender="woman",
            birth_year=1985,
            start_on=date(year, 3, 1),
            exit_on=date(2025, 9, 30) if reason else None,
            exit_reason=reasons.get(reason),
        )
        for n in range(number)
    )


@pytest.fixture
def federation() -> Federation:
    """Two initiatives; in the first nobody is new, in the second twenty."""
    found = FederationFactory.create(name="Förbundet")
    for code, common in (("work", CommonGroup.WORK), ("studies", CommonGroup.STUDIES), ("moved", CommonGroup.OTHER)):
        group = OutcomeGroupFactory.create(federation=found, common=common)
        ExitReasonFactory.create(group=group, code=code, label=code)
    first, second = (InitiativeFactory.create(federation=found, slug=slug, name=slug) for slug in ("ettan", "tvaan"))
    for initiative in (first, second):
        enrol(initiative, 22, reason="work")
        enrol(initiative, 18, reason="moved")
        enrol(initiative, 20)
    enrol(second, 20, year=2025)
    return found


def first_of(federation: Federation) -> Initiative:
    return federation.initiatives.get(slug="ettan")


def edition(
    federation: Federation, *tables: str, before: Known | None = None, told: Mapping[str, int] | None = None
) -> ProtectedSet:
    known = [Known.from_json(before.to_json())] if before else []
    if before and told is not None:
        known = [Known(known[0].cells, known[0].relations, known[0].joins, Changed(YEAR, **told))]
    return protect(sheets(federation, "2025", tables), known=known, rule=RULE)


def shown(outcome: ProtectedSet, table: str) -> dict[str, list[object]]:
    result = next(result for result in outcome.results if result.table == table)
    return {
        " ".join(row.labels): [".." if c.status is Status.SUPPRESSED else c.value for c in row.cells]
        for row in result.rows
    }


def test_one_late_registration_where_nobody_was_is_refused_for_who_is_told_of_it(federation: Federation):
    """0 new is printed; then one is late and hidden. Who reads that one has been added knows the hidden number."""
    first = edition(federation, "flows")
    assert shown(first, "flows")["ettan"] == [60, 0, 40, 20]
    enrol(first_of(federation), 1, year=2025)
    with pytest.raises(RefusedError, match="ettan · Nya"):
        edition(federation, "flows", before=first.known, told={"added": 1})
    # Without what the reader is told by the difference nothing would have been found.
    assert edition(federation, "flows", before=first.known).report.is_green


def test_among_enough_changes_it_is_published(federation: Federation):
    first = edition(federation, "flows")
    enrol(first_of(federation), 1, year=2025)
    enrol(federation.initiatives.get(slug="tvaan"), 5, year=2025)
    second = edition(federation, "flows", before=first.known, told={"added": 6})
    assert shown(second, "flows")["ettan"][1] == ".."
    assert nothing_is_told(second.published)


def test_what_was_hidden_stays_hidden_where_it_is_nobody_now(federation: Federation):
    """Two were hidden, and both were wrong: a printed zero would tell that they were two."""
    enrol(first_of(federation), 2, year=2025)
    first = edition(federation, "flows")
    assert shown(first, "flows")["ettan"][1] == ".."
    Participation.objects.filter(initiative=first_of(federation), start_on__year=2025).delete()
    second = edition(federation, "flows", before=first.known, told={"taken": 2})
    assert shown(second, "flows")["ettan"][1] == ".."
    assert nothing_is_told(second.published)
    third = edition(federation, "flows", before=second.known, told={"added": 0})
    assert shown(third, "flows") == shown(second, "flows")


def test_one_fewer_than_the_threshold_is_hidden_with_the_sum_that_it_is_in(federation: Federation):
    """5 new were printed and one of them was wrong: for all that a reader can tell another one was."""
    enrol(first_of(federation), 5, year=2025)
    first = edition(federation, "flows")
    assert shown(first, "flows")["ettan"][1] == 5
    wrong = Participation.objects.filter(initiative=first_of(federation), start_on__year=2025).first()
    assert wrong
    wrong.delete()
    second = edition(federation, "flows", before=first.known, told={"taken": 1})
    assert shown(second, "flows")["ettan"][1] == ".."
    assert nothing_is_told(second.published)


def test_a_late_exit_by_a_reason_of_nobody_is_refused_though_it_is_joined(federation: Federation):
    """That there are other reasons than the one which 18 had is told by the joined row itself."""
    first = edition(federation, "table_1")
    enrol(first_of(federation), 1, reason="studies")
    with pytest.raises(RefusedError, match="ettan · studies"):
        edition(federation, "table_1", before=first.known, told={"other": 1})


def test_a_late_exit_by_a_reason_of_nobody_is_joined_where_enough_others_have_changed(federation: Federation):
    """The 18 who moved are still 18, but a reader of six changes cannot know that."""
    first = edition(federation, "table_1")
    enrol(first_of(federation), 3, reason="studies")
    enrol(federation.initiatives.get(slug="tvaan"), 3, reason="moved")
    second = edition(federation, "table_1", before=first.known, told={"other": 6})
    assert nothing_is_told(second.published)
    assert shown(second, "table_1")["ettan Summa"][-1] == 43
