"""``make bench``: all measurements, or those named (``make bench ARGS="tables nation"``), and their bars at the end.

``nation`` is computing, serving and memory; ``ARGS="nation 10000 100000"``: in nations of other sizes.

Run through ``tests/servers.py``, which brings an empty PostgreSQL and a Redis.
"""

import os
import sys
from itertools import chain

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finsam_tracker.settings")


SIZES = (100_000, 1_000_000)
"""Of the nations, the smaller first."""


def main(words: list[str]) -> None:
    django.setup()
    from tests.bench import api, backup, computing, imports, memory, pages, publications, serving, tables
    from tests.bench.bars import Measured, show
    from tests.bench.databases import EMPTY, copy, make_empty

    benches = {
        "tables": tables.bench,
        "imports": imports.bench,
        "pages": pages.bench,
        "api": api.bench,
        "publications": publications.bench,
        "backup": backup.bench,
    }
    nation = {"computing": computing.bench, "serving": serving.bench, "memory": memory.bench}
    sizes = tuple(int(word) for word in words if word.isdigit()) or SIZES
    names = [word for word in words if not word.isdigit()] or [*benches, "nation"]
    if unknown := set(names) - {"nation", *benches, *nation}:
        sys.exit(f"There is no {', '.join(sorted(unknown))}; there are nation, {', '.join((*benches, *nation))}.")
    make_empty()
    rows: list[Measured] = []
    for name in chain.from_iterable(nation if name == "nation" else [name] for name in names):
        print(f"== {name}", flush=True)
        copy(EMPTY, f"bench_{name}")
        for row in nation[name](*sizes) if name in nation else benches[name]():
            print(*filter(None, row.cells), sep=" | ", flush=True)
            rows.append(row)
    show(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
