"""A line of JSON for each thing that is logged, without anything that somebody typed.

An error's own text may hold a registered value (a database tells which row it refused), an address may hold the code
of a participation, and what is searched for stands after its question mark. So of an error its kind and its places are
kept, and of a request the pattern of its address. Without Django's models, so that the settings may name it.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

FRAMES = 15
"""Of a traceback, the innermost."""


class JsonLine(logging.Formatter):
    """Names the time, the level, who says it and what; of a request its pattern, of an error its kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told |= _error(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=str)


def route_of(request: Any) -> str:
    """The pattern of a request's address; nothing of the address itself."""
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match else ""


def _message(record: logging.LogRecord) -> str:
    if hasattr(record, "request") and hasattr(record, "status_code"):
        return f"{record.status_code} {getattr(record.request, 'method', '')} /{route_of(record.request)}"
    if record.exc_info and record.exc_info[1] is not None:
        # Celery puts the error's text into the message; the words without their values say what it was about.
        task = record.args.get("name", "") if isinstance(record.args, dict) else ""
        return " ".join(filter(None, [str(record.msg).partition("%")[0].strip(), str(task)]))
    return record.getMessage()


def _error(error: BaseException) -> dict[str, Any]:
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]
    ]
    kinds = [type(error).__name__]
    while (cause := error.__cause__ or error.__context__) and len(kinds) < FRAMES:
        kinds.append(type(cause).__name__)
        error = cause
    return {"error": kinds, "at": places}
