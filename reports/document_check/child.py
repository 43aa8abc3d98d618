"""The process that reads a document which nobody vouches for: ``python -m reports.document_check.child pdf``.

The document comes in on standard input and what was found goes out as JSON; no file is written, no Django is loaded,
and the process has little memory and time.
"""

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module

from reports.document_check.found import FoundDocument, Refusal, RefusedError
from reports.document_check.limits import MAX_CPU_SECONDS, MAX_MEMORY

KINDS = ("docx", "xlsx", "pdf")


def main(kind: str) -> None:
    """Read and answer. A parser that falls over ends the process, and whoever began it says that the file is broken."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_answer(kind, sys.stdin.buffer.read()), sys.stdout)


def _answer(kind: str, content: bytes) -> dict[str, object]:
    # Loaded by name, after the limits are set and only the one that is needed.
    read: Callable[[bytes], FoundDocument] = import_module(f"reports.document_check.reading_{kind}").read
    try:
        return read(content).to_json()
    except RefusedError as refused:
        return {"refused": refused.why.value}
    except (MemoryError, RecursionError):
        return {"refused": Refusal.TOO_HEAVY.value}


if __name__ == "__main__" and sys.argv[1] in KINDS:
    main(sys.argv[1])
