"""All participations of an initiative as lines of JSON, however many: the database makes the lines, and none is kept.

On SQLite, which has no COPY, Python makes them, some at a time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from initiatives.models import Initiative
from participants.models import Participation

CHUNK = 64 * 1024
"""Bytes handed on at a time; a line each would cost more than the lines."""
_FETCHED = 2000

# Column by column what ``participants.api.showing`` tells; a test holds the two together.
_AFTER = """'work_after', {0}.work_after, 'studies_after', {0}.studies_after,
    'support_after', string_to_array({0}.support_after, '+')"""
_LINES = f"""
    COPY (SELECT row_to_json(line) FROM (
      SELECT p.code, p.is_void, p.gender, p.start_on, p.birth_year, place.code AS municipality, p.education,
        p.referrer, p.assignment, string_to_array(p.support_before, '+') AS support_before, p.support_months,
        p.asked_about_violence,
        CASE WHEN p.exit_on IS NOT NULL THEN json_build_object(
          'exit_on', p.exit_on, 'exit_reason', reason.code, {_AFTER.format("p")}) END AS exit,
        coalesce(steps.told, '[]') AS steps, coalesce(follow_ups.told, '[]') AS follow_ups
      FROM participants_participation p
      LEFT JOIN core_municipality place ON place.id = p.municipality_id
      LEFT JOIN initiatives_exitreason reason ON reason.id = p.exit_reason_id
      LEFT JOIN (
        SELECT a.participation_id, json_agg(json_build_object('on', a.on, 'step', step.code) ORDER BY a.on, a.id) told
        FROM participants_stepassessment a
        JOIN initiatives_step step ON step.id = a.step_id
        JOIN participants_participation of ON of.id = a.participation_id AND of.initiative_id = %(initiative)s
        WHERE NOT a.is_void GROUP BY a.participation_id) steps ON steps.participation_id = p.id
      LEFT JOIN (
        SELECT f.participation_id, json_agg(json_build_object('months', f.months, 'due_on', f.due_on,
          'outcome', f.outcome, 'done_on', f.done_on, {_AFTER.format("f")}) ORDER BY f.months) told
        FROM participants_followup f
        JOIN participants_participation of ON of.id = f.participation_id AND of.initiative_id = %(initiative)s
        WHERE NOT f.is_void GROUP BY f.participation_id) follow_ups ON follow_ups.participation_id = p.id
      WHERE p.initiative_id = %(initiative)s AND NOT p.is_void ORDER BY p.id) line) TO STDOUT
"""  # noqa: S608 - names, no values


def json_lines(
    initiative: Initiative,
    rows: QuerySet[Participation],
    tell: Callable[[Participation], Mapping[str, Any]],
) -> Iterator[bytes]:
    """The lines in chunks. ``rows`` and ``tell`` say the same as the query, for a database that cannot tell itself."""
    if connection.vendor == "postgresql":
        return _chunks(_copied(initiative))
    counted = rows.filter(is_void=False).order_by("pk").iterator(chunk_size=_FETCHED)
    return _chunks(json.dumps(tell(row), separators=(",", ":")).encode() + b"\n" for row in counted)


def _copied(initiative: Initiative) -> Iterator[bytes]:
    """COPY escapes the one sign of JSON that means something to it."""
    with connection.cursor() as cursor, cursor.copy(_LINES, {"initiative": initiative.pk}) as copy:
        for line in copy:
            yield bytes(line).replace(b"\\\\", b"\\")


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
