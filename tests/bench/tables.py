"""All tables of one federation-year, computed afresh, against hand-written SQL for the same figures."""

from typing import Any

from django.db import connection

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from finsam_tracker.demo.load import load_demo
from reports.compute import compute, snapshot
from reports.context import Context, Scope
from reports.tables import TABLES
from tests.bench.bars import Measured
from tests.bench.hand_written import STATEMENTS
from tests.bench.timing import compare, timed

HAND_WRITTEN = {
    "flows": """
        SELECT initiative_id, count(*), count(*) FILTER (WHERE start_on >= %(first)s),
               count(*) FILTER (WHERE exit_on <= %(last)s),
               count(*) FILTER (WHERE exit_on IS NULL OR exit_on > %(last)s)
        FROM participants_participation
        WHERE federation_id = %(federation)s AND NOT is_void
          AND start_on <= %(last)s AND (exit_on IS NULL OR exit_on >= %(first)s)
        GROUP BY ROLLUP (initiative_id)""",
    "exit_groups": """
        SELECT p.initiative_id, r.group_id, count(*)
        FROM participants_participation p JOIN initiatives_exitreason r ON r.id = p.exit_reason_id
        WHERE p.federation_id = %(federation)s AND NOT p.is_void AND p.exit_on BETWEEN %(first)s AND %(last)s
        GROUP BY CUBE (p.initiative_id, r.group_id)""",
    "table_1": """
        SELECT initiative_id, exit_reason_id, gender, count(*)
        FROM participants_participation
        WHERE federation_id = %(federation)s AND NOT is_void AND exit_on BETWEEN %(first)s AND %(last)s
        GROUP BY GROUPING SETS ((initiative_id, exit_reason_id, gender), (initiative_id, exit_reason_id),
                                (initiative_id, gender), (initiative_id), (gender), ())""",
    "table_2": """
        WITH working AS (
          SELECT work_after AS extent, count(*) AS n,
                 count(*) * CASE work_after WHEN '100' THEN 1 WHEN '75' THEN 0.75 WHEN '50' THEN 0.5
                                            WHEN '25' THEN 0.25 WHEN 'hourly' THEN 0.25 ELSE 0 END AS fte
          FROM participants_participation
          WHERE federation_id = %(federation)s AND NOT is_void AND exit_on BETWEEN %(first)s AND %(last)s
            AND work_after <> 'none'
          GROUP BY work_after)
        SELECT extent, sum(n), sum(fte), sum(fte) * 155000, sum(fte) * 22000 * 12 * 0.3,
               sum(fte) * (155000 + 22000 * 12 * 0.3)
        FROM working GROUP BY ROLLUP (extent)""",
    "work_by_reason": """
        SELECT r.group_id, p.exit_reason_id, p.work_after, count(*)
        FROM participants_participation p JOIN initiatives_exitreason r ON r.id = p.exit_reason_id
        WHERE p.federation_id = %(federation)s AND NOT p.is_void AND p.exit_on BETWEEN %(first)s AND %(last)s
        GROUP BY GROUPING SETS ((r.group_id, p.exit_reason_id, p.work_after), (r.group_id, p.exit_reason_id),
                                (r.group_id, p.work_after), (r.group_id), (p.work_after), ())""",
    "table_3": """
        WITH part AS (
          SELECT municipality_id, count(*) AS n,
                 sum(CASE WHEN exit_on <= %(last)s THEN
                       CASE work_after WHEN '100' THEN 1 WHEN '75' THEN 0.75 WHEN '50' THEN 0.5
                                       WHEN '25' THEN 0.25 WHEN 'hourly' THEN 0.25 ELSE 0 END
                     ELSE 0 END) AS fte
          FROM participants_participation
          WHERE federation_id = %(federation)s AND NOT is_void
            AND start_on <= %(last)s AND (exit_on IS NULL OR exit_on >= %(first)s)
          GROUP BY municipality_id),
        paid AS (
          SELECT i.municipality_id, round(f.amount_sek * i.count / sum(i.count) OVER ()) AS contribution
          FROM core_inhabitants i JOIN core_municipality m ON m.id = i.municipality_id
          JOIN core_funding f ON f.federation_id = m.federation_id AND f.year = i.year AND f.source = 'municipalities'
          WHERE m.federation_id = %(federation)s AND i.year = %(year)s)
        SELECT m.name, sum(n), sum(fte), sum(fte) * 155000, sum(fte) * 22000 * 12 * 0.2,
               sum(fte) * (155000 + 22000 * 12 * 0.2), sum(contribution),
               sum(fte) * (155000 + 22000 * 12 * 0.2) - sum(contribution)
        FROM core_municipality m JOIN part ON part.municipality_id = m.id JOIN paid ON paid.municipality_id = m.id
        GROUP BY ROLLUP (m.name)""",
    "financing": """
        SELECT m.name, i.count, 100.0 * i.count / sum(i.count) OVER (),
               round(f.amount_sek * i.count / sum(i.count) OVER ())
        FROM core_inhabitants i JOIN core_municipality m ON m.id = i.municipality_id
        JOIN core_funding f ON f.federation_id = m.federation_id AND f.year = i.year AND f.source = 'municipalities'
        WHERE m.federation_id = %(federation)s AND i.year = %(year)s""",
    "funding": "SELECT source, amount_sek FROM core_funding WHERE federation_id = %(federation)s AND year = %(year)s",
    "facts_and_goals": """
        SELECT count(*), count(*) FILTER (WHERE gender = 'woman'), count(*) FILTER (WHERE gender = 'man'),
               count(*) FILTER (WHERE extract(year FROM start_on) - birth_year <= 30),
               count(*) FILTER (WHERE support_months >= 36),
               count(*) FILTER (WHERE education IN ('incomplete-primary', 'primary', 'incomplete-upper-secondary')),
               count(*) FILTER (WHERE education = 'post-secondary'),
               count(*) FILTER (WHERE asked_about_violence = 'yes')
        FROM participants_participation
        WHERE federation_id = %(federation)s AND NOT is_void
          AND start_on <= %(last)s AND (exit_on IS NULL OR exit_on >= %(first)s)""",
    "goals": """
        SELECT count(*), count(*) FILTER (WHERE g.common IN ('work', 'studies')),
               count(*) FILTER (WHERE r.counts_as_positive_step OR l.position > f.position)
        FROM participants_participation p JOIN initiatives_exitreason r ON r.id = p.exit_reason_id
        JOIN initiatives_outcomegroup g ON g.id = r.group_id
        LEFT JOIN initiatives_step f ON f.id = p.first_step_id LEFT JOIN initiatives_step l ON l.id = p.last_step_id
        WHERE p.federation_id = %(federation)s AND NOT p.is_void AND p.exit_on BETWEEN %(first)s AND %(last)s""",
    "advisory_contacts": """
        SELECT initiative_id, kind, referred_to, sum(count) FROM participants_advisorycontacts
        WHERE federation_id = %(federation)s AND month BETWEEN %(first)s AND %(last)s
        GROUP BY GROUPING SETS ((initiative_id, kind, referred_to), (initiative_id, kind), (initiative_id, referred_to),
                                (initiative_id), (referred_to), ())""",
    "activities": """
        SELECT initiative_id, kind, audience, rating_scale, count(*), sum(women), sum(men), sum(others), sum(days),
               sum(rating_answers), sum(rating_mean * rating_answers)
        FROM initiatives_activity
        WHERE federation_id = %(federation)s AND NOT is_void AND held_on BETWEEN %(first)s AND %(last)s
        GROUP BY GROUPING SETS ((initiative_id, rating_scale), (kind, rating_scale), (audience, rating_scale), ())""",
    "budget": """
        SELECT i.slug, y.budget_sek, y.outcome_sek, y.outcome_sek - y.budget_sek, y.planned_participants, count(p.id)
        FROM initiatives_initiative i
        LEFT JOIN initiatives_initiativeyear y ON y.initiative_id = i.id AND y.year = %(year)s
        LEFT JOIN participants_participation p ON p.initiative_id = i.id AND NOT p.is_void
          AND p.start_on <= %(last)s AND (p.exit_on IS NULL OR p.exit_on >= %(first)s)
        WHERE i.federation_id = %(federation)s GROUP BY i.slug, y.id""",
    "administration": """
        SELECT administration_budget_sek, administration_outcome_sek FROM core_federationyear
        WHERE federation_id = %(federation)s AND year = %(year)s""",
    "labels": """
        SELECT id, label FROM initiatives_initiative WHERE federation_id = %(federation)s
        UNION ALL SELECT id, label FROM initiatives_exitreason WHERE federation_id = %(federation)s""",
    "assumptions": """
        SELECT DISTINCT ON (key) key, value, valid_from, source FROM core_parameter
        WHERE federation_id = %(federation)s AND valid_from <= %(last)s ORDER BY key, valid_from DESC""",
    "targets": "SELECT text, target FROM initiatives_goal WHERE federation_id = %(federation)s AND year = %(year)s",
}
"""The figures of the whole statistics page of one federation and year, each by one statement written for it."""

ROUNDS = 60
BAR = 1.5
PERIOD = Period.year(2025)


def by_hand(federation: Federation) -> None:
    """Every figure of the federation's year, by the statements above."""
    values: dict[str, Any] = {"federation": federation.pk, "first": PERIOD.start, "last": PERIOD.end, "year": 2025}
    with snapshot(), connection.cursor() as cursor:
        for statement in (HAND_WRITTEN | STATEMENTS).values():
            cursor.execute(statement, values)
            cursor.fetchall()


def by_declaration(federation: Federation) -> None:
    """The same, as the statistics compute them."""
    with snapshot():
        compute(TABLES.values(), Context(Scope(federation), PERIOD))


def afresh(federation: Federation, whose: str) -> Measured:
    """One federation's year."""
    compared = compare(
        lambda: timed(lambda: by_hand(federation)), lambda: timed(lambda: by_declaration(federation)), ROUNDS, unheard=5
    )
    return Measured.beside(f"all tables of one federation-year afresh: {whose}", compared, BAR)


def bench() -> list[Measured]:
    federation = load_demo()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [afresh(federation, "the demo")]
