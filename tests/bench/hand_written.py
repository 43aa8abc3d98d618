"""Statements for the tables of background, time, results, follow-ups and years, each written for its table."""

TOOK_PART = """federation_id = %(federation)s AND NOT is_void
          AND start_on <= %(last)s AND (exit_on IS NULL OR exit_on >= %(first)s)"""
EXITED = "federation_id = %(federation)s AND NOT is_void AND exit_on BETWEEN %(first)s AND %(last)s"
ONGOING = """federation_id = %(federation)s AND NOT is_void
          AND start_on <= %(last)s AND (exit_on IS NULL OR exit_on > %(last)s)"""
FLOWS = "count(*), count(*) FILTER (WHERE start_on >= %(first)s), count(*) FILTER (WHERE exit_on <= %(last)s)"
BY_GENDER = "GROUP BY GROUPING SETS ((1, 2), (1), (2), ())"


def _by(column: str) -> str:
    """A plain column of everybody, by gender."""
    return f"SELECT {column}, gender, {FLOWS} FROM participants_participation WHERE {TOOK_PART} {BY_GENDER}"  # noqa: S608


def _banded(number: str, kind: str, population: str, counted: str) -> str:
    """A number in the federation's classes, by gender."""
    return f"""
        SELECT b.code, p.gender, {counted} FROM
          (SELECT gender, start_on, exit_on, {number} AS n FROM participants_participation WHERE {population}) AS p
        LEFT JOIN initiatives_band b ON b.federation_id = %(federation)s AND b.kind = '{kind}'
          AND b.low <= p.n AND (b.high IS NULL OR p.n <= b.high)
        {BY_GENDER}"""  # noqa: S608


def _support(column: str, population: str, counted: str) -> str:
    """Each kind of support, by gender; the sums count a participation once."""
    return f"""
        WITH p AS (SELECT id, gender, start_on, exit_on, {column} AS codes
                   FROM participants_participation WHERE {population})
        SELECT code, gender, {counted} FROM p CROSS JOIN LATERAL
          regexp_split_to_table(coalesce(codes, 'unknown'), '[+]') AS code
        GROUP BY GROUPING SETS ((1, 2), (1))
        UNION ALL SELECT NULL, gender, {counted} FROM p GROUP BY ROLLUP (2)
        UNION ALL SELECT 'several', gender, {counted} FROM p WHERE strpos(codes, '+') > 0
        GROUP BY ROLLUP (2)"""  # noqa: S608


MONTHS = """extract(year FROM age(exit_on, start_on)) * 12 + extract(month FROM age(exit_on, start_on))"""
SO_FAR = """extract(year FROM age(%(last)s::date, start_on)) * 12 + extract(month FROM age(%(last)s::date, start_on))"""
STEPS = """
        SELECT {by}, count(*), count(*) FILTER (WHERE r.counts_as_positive_step OR l.position > f.position),
               count(*) FILTER (WHERE f.id IS NULL AND NOT r.counts_as_positive_step)
        FROM participants_participation p JOIN initiatives_exitreason r ON r.id = p.exit_reason_id
        LEFT JOIN initiatives_step f ON f.id = p.first_step_id LEFT JOIN initiatives_step l ON l.id = p.last_step_id
        WHERE p.federation_id = %(federation)s AND NOT p.is_void AND p.exit_on BETWEEN %(first)s AND %(last)s
        GROUP BY ROLLUP ({by})"""
SHARES = """
        SELECT p.initiative_id, count(*), count(*) FILTER (WHERE r.went_on), count(*) FILTER (WHERE r.purpose_reached)
        FROM participants_participation p JOIN initiatives_exitreason r ON r.id = p.exit_reason_id
        WHERE p.federation_id = %(federation)s AND NOT p.is_void AND p.exit_on BETWEEN %(first)s AND %(last)s
        GROUP BY ROLLUP (p.initiative_id)"""
DUE = "federation_id = %(federation)s AND NOT is_void AND due_on BETWEEN %(first)s AND %(last)s"

STATEMENTS = {
    "ages": _banded("extract(year FROM start_on) - birth_year", "age", TOOK_PART, FLOWS),
    "education": _by("education"),
    "referrers": _by("referrer"),
    "municipalities": _by("municipality_id"),
    "assignments": _by("assignment"),
    "support_time": _banded("support_months", "support_months", TOOK_PART, FLOWS),
    "support_before": _support("support_before", TOOK_PART, FLOWS),
    "support_after": _support("support_after", EXITED, "count(*)"),
    "time_exited": _banded(MONTHS, "initiative_months", EXITED, "count(*)"),
    "time_ongoing": _banded(SO_FAR, "initiative_months", ONGOING, "count(*)"),
    "months_exited": f"""
        SELECT initiative_id, count(*), avg(exit_on - start_on) / 30.4375,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY exit_on - start_on) / 30.4375
        FROM participants_participation WHERE {EXITED} GROUP BY ROLLUP (initiative_id)""",  # noqa: S608
    "months_ongoing": f"""
        SELECT initiative_id, count(*), avg(%(last)s::date - start_on) / 30.4375,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY %(last)s::date - start_on) / 30.4375
        FROM participants_participation WHERE {ONGOING} GROUP BY ROLLUP (initiative_id)""",  # noqa: S608
    "steps_by_initiative": STEPS.format(by="p.initiative_id"),
    "steps_by_assignment": STEPS.format(by="p.assignment"),
    "step_matrix": f"""
        SELECT first_step_id, last_step_id, count(*) FROM participants_participation WHERE {EXITED}
        GROUP BY CUBE (1, 2)""",  # noqa: S608
    "went_on": SHARES,
    "support_or_not": f"""
        SELECT support_before = 'none', support_after = 'none', count(*) FROM participants_participation
        WHERE {EXITED} GROUP BY CUBE (1, 2)""",  # noqa: S608
    "support_change": f"""
        WITH p AS (SELECT coalesce(support_before, 'unknown') AS before, coalesce(support_after, 'unknown') AS after
                   FROM participants_participation WHERE {EXITED})
        SELECT b, a, count(*) FROM p CROSS JOIN LATERAL regexp_split_to_table(before, '[+]') AS b
        CROSS JOIN LATERAL regexp_split_to_table(after, '[+]') AS a GROUP BY 1, 2
        UNION ALL SELECT b, NULL, count(*) FROM p CROSS JOIN LATERAL regexp_split_to_table(before, '[+]') AS b
        GROUP BY ROLLUP (1)
        UNION ALL SELECT NULL, a, count(*) FROM p CROSS JOIN LATERAL regexp_split_to_table(after, '[+]') AS a
        GROUP BY 2""",  # noqa: S608
    "follow_ups": f"""
        SELECT f.months, p.initiative_id, f.outcome, count(*) FROM
          (SELECT participation_id, months, outcome FROM participants_followup WHERE {DUE}) AS f
        JOIN participants_participation p ON p.id = f.participation_id
        GROUP BY GROUPING SETS ((1, 2, 3), (1, 2), (1, 3), (1), (3), ())""",  # noqa: S608
    "follow_ups_later": """
        SELECT f.months, p.initiative_id, count(*)
        FROM participants_followup f JOIN participants_participation p ON p.id = f.participation_id
        WHERE f.federation_id = %(federation)s AND NOT f.is_void AND f.due_on > %(last)s AND f.exit_on <= %(last)s
        GROUP BY ROLLUP (1, 2)""",
    "follow_up_work": f"""
        SELECT months, work_after <> 'none', studies_after <> 'none', count(*),
               count(*) FILTER (WHERE outcome = 'reached')
        FROM participants_followup WHERE {DUE} GROUP BY GROUPING SETS ((1, 2, 3), (1))""",  # noqa: S608
    "development": """
        SELECT year, count(*), count(*) FILTER (WHERE extract(year FROM p.start_on) = year),
               count(*) FILTER (WHERE extract(year FROM p.exit_on) = year),
               count(*) FILTER (WHERE extract(year FROM p.exit_on) = year AND g.common = 'work'),
               count(*) FILTER (WHERE extract(year FROM p.exit_on) = year AND g.common = 'studies'),
               count(*) FILTER (WHERE p.exit_on IS NULL OR extract(year FROM p.exit_on) > year)
        FROM generate_series(%(year)s - 4, %(year)s) AS year
        JOIN participants_participation p ON p.federation_id = %(federation)s AND NOT p.is_void
          AND p.start_on <= make_date(year::int, 12, 31)
          AND (p.exit_on IS NULL OR p.exit_on >= make_date(year::int, 1, 1))
        LEFT JOIN initiatives_exitreason r ON r.id = p.exit_reason_id
        LEFT JOIN initiatives_outcomegroup g ON g.id = r.group_id
        GROUP BY year""",
    "more_labels": """
        SELECT id, label FROM initiatives_step WHERE federation_id = %(federation)s
        UNION ALL SELECT id, label FROM initiatives_codeitem WHERE federation_id = %(federation)s
        UNION ALL SELECT id, label FROM initiatives_band WHERE federation_id = %(federation)s
        UNION ALL SELECT id, name FROM core_municipality WHERE federation_id = %(federation)s""",
    "rules": """
        SELECT f.initiative_id, f.months FROM initiatives_followuprule f
        JOIN initiatives_initiative i ON i.id = f.initiative_id WHERE i.federation_id = %(federation)s""",
}
