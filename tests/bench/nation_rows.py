"""The statements that write the nation's registrations. Chance is the database's, from the same seed each time."""

from collections.abc import Sequence

from initiatives.common_lists import COMMON_LISTS, NO_SUPPORT
from initiatives.models import CodeKind

LAST_YEAR, YEARS = 2025, 20
FIRST, LAST = f"DATE '{LAST_YEAR - YEARS + 1}-01-01'", f"DATE '{LAST_YEAR}-12-31'"
DAYS = 365 * YEARS
SUPPORT = (
    *(item.code for item in COMMON_LISTS[CodeKind.SUPPORT]),
    NO_SUPPORT,
    "activity-support+municipal-support",
    "municipal-support+sickness-benefit",
)


def chosen(values: Sequence[str | None]) -> str:
    """One of some texts, by chance."""
    listed = ", ".join("NULL" if value is None else f"'{value}'" for value in values)
    return f"(ARRAY[{listed}])[1 + floor(random() * {len(values)})::int]"


def of_array(name: str) -> str:
    """One of an array in the database, by chance."""
    return f"{name}[1 + floor(random() * cardinality({name}))::int]"


def codes(kind: CodeKind) -> list[str | None]:
    """A list's codes, twice over, and once that it is not known."""
    return [item.code for item in COMMON_LISTS[kind]] * 2 + [None]


# Each chance is drawn once for a row, in a part that PostgreSQL may not fold into the next.
PARTICIPATIONS = f"""
    WITH place AS (
      SELECT i.id, i.federation_id, i.uses_assignments, asked.many,
             ARRAY(SELECT m.id FROM core_municipality m WHERE m.federation_id = i.federation_id) AS municipalities,
             ARRAY(SELECT r.exitreason_id FROM initiatives_initiative_exit_reasons r
                   WHERE r.initiative_id = i.id) AS reasons,
             ARRAY(SELECT s.id FROM initiatives_step s WHERE s.federation_id = i.federation_id
                   ORDER BY s.position) AS steps
      FROM unnest(%(places)s::bigint[], %(many)s::int[]) AS asked (id, many)
      JOIN initiatives_initiative i ON i.id = asked.id),
    drawn AS MATERIALIZED (
      SELECT place.*, {FIRST} + floor(random() * {DAYS})::int AS start_on,
             20 + floor(random() * random() * 1100)::int AS days, random() AS sex, random() AS age,
             {of_array("municipalities")} AS municipality, {of_array("reasons")} AS reason,
             {chosen(codes(CodeKind.EDUCATION))} AS education, {chosen(codes(CodeKind.REFERRER))} AS referrer,
             {chosen(SUPPORT)} AS before, {chosen(SUPPORT)} AS after, floor(random() * 120)::int AS months,
             {chosen(("none", "none", "none", "100", "75", "50", "25", "hourly"))} AS work,
             {chosen(("none", "none", "none", "100", "50"))} AS studies,
             {chosen(("yes", "yes", "no", "not_yet"))} AS asked,
             1 + floor(random() * 2)::int AS first_step, floor(random() * 3)::int AS steps_up,
             random() < 0.8 AS is_assessed
      FROM place CROSS JOIN LATERAL generate_series(1, place.many)),
    lived AS (
      SELECT *, CASE WHEN start_on + days <= {LAST} THEN start_on + days END AS exit_on FROM drawn)
    INSERT INTO participants_participation
      (recorded_on, is_void, federation_id, initiative_id, code, gender, birth_year, municipality_id, education,
       referrer, assignment, support_before, support_months, asked_about_violence, start_on, exit_on, exit_reason_id,
       work_after, studies_after, support_after, first_step_id, last_step_id)
    SELECT {LAST}, false, federation_id, id, 'N' || %(first)s + row_number() OVER (ORDER BY start_on),
           CASE WHEN sex < 0.55 THEN 'woman' WHEN sex < 0.99 THEN 'man' ELSE 'other' END,
           extract(year FROM start_on) - 18 - floor(age * 46), municipality, education, referrer,
           CASE WHEN uses_assignments THEN 'mapping' END, before, months, asked, start_on, exit_on,
           CASE WHEN exit_on IS NOT NULL THEN reason END, CASE WHEN exit_on IS NOT NULL THEN work END,
           CASE WHEN exit_on IS NOT NULL THEN studies END, CASE WHEN exit_on IS NOT NULL THEN after END,
           CASE WHEN is_assessed THEN steps[first_step] END, CASE WHEN is_assessed THEN steps[first_step + steps_up] END
    FROM lived ORDER BY start_on
"""  # noqa: S608
ASSESSMENTS = f"""
    INSERT INTO participants_stepassessment (recorded_on, is_void, participation_id, "on", step_id)
    SELECT {LAST}, false, p.id, seen.on, seen.step
    FROM participants_participation p CROSS JOIN LATERAL
      (VALUES (true, p.start_on, p.first_step_id), (false, coalesce(p.exit_on, {LAST}), p.last_step_id))
      AS seen (is_first, "on", step)
    WHERE p.id > %(first)s AND seen.step IS NOT NULL AND (seen.is_first OR seen.on > p.start_on)
    ORDER BY seen.on
"""  # noqa: S608
FOLLOW_UPS = f"""
    WITH due AS MATERIALIZED (
      SELECT p.*, r.months, (p.exit_on + make_interval(months => r.months))::date AS due_on, random() AS chance
      FROM participants_participation p JOIN initiatives_followuprule r ON r.initiative_id = p.initiative_id
      WHERE p.id > %(first)s AND p.exit_on IS NOT NULL),
    followed AS (
      SELECT *, CASE WHEN due_on > {LAST} THEN 'planned' WHEN chance < 0.7 THEN 'reached' ELSE 'not_reached' END
                AS became
      FROM due)
    INSERT INTO participants_followup
      (recorded_on, is_void, federation_id, participation_id, months, exit_on, due_on, outcome, done_on, work_after,
       studies_after, support_after)
    SELECT {LAST}, false, federation_id, id, months, exit_on, due_on, became,
           CASE WHEN became <> 'planned' THEN due_on END, CASE WHEN became = 'reached' THEN work_after END,
           CASE WHEN became = 'reached' THEN studies_after END, CASE WHEN became = 'reached' THEN support_after END
    FROM followed ORDER BY due_on
"""  # noqa: S608
KEPT_AWAY = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype IN ('c', 'f', 'u')
    UNION ALL
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = %(table)s::regclass AND NOT indisprimary
    AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE conrelid = %(table)s::regclass)
"""
"""How each constraint and index of a table is taken away and put back. The primary key stays: others refer to it."""
