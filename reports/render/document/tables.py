"""The tables of an edition as tidy data: all of them, or one."""

from collections.abc import Iterator

from reports.edition import Edition, Imprint
from reports.language import stored_language
from reports.render.tidy import Told, render_csv, render_json


def tables_of(edition: Edition, imprint: Imprint) -> Iterator[Told]:
    """Each table with what was frozen of it. What protects small numbers is what the figures cannot say."""
    definitions = {defined.table: defined for defined in edition.definitions}
    for result in edition.results:
        yield Told(result, imprint.federation, definitions.get(result.table), edition.protection)


def render(edition: Edition, imprint: Imprint) -> bytes:
    """All tables as one CSV."""
    return render_csv(list(tables_of(edition, imprint)))


def table_csv(edition: Edition, imprint: Imprint, table: str) -> bytes:
    """One table as CSV, in the language that everything else of the edition is frozen in."""
    with stored_language():
        return render_csv([_one(edition, imprint, table)])


def table_json(edition: Edition, imprint: Imprint, table: str) -> bytes:
    """One table with all that is known of it."""
    with stored_language():
        return render_json(_one(edition, imprint, table))


def _one(edition: Edition, imprint: Imprint, table: str) -> Told:
    return next(told for told in tables_of(edition, imprint) if told.result.table == table)
