"""A table's definition in words, from its declaration: the page "Så räknas tabellen"."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from reports.compute import lacking_parameters, used_parameters
from reports.context import Context
from reports.definition import Measure, Named, Population, Table
from reports.edition import Defined
from reports.result import UsedParameter


@dataclass(frozen=True)
class Term:
    """A word and what it means."""

    title: str
    meaning: str


@dataclass(frozen=True)
class Version:
    """A definition that was in force once."""

    number: int
    valid_from: date
    valid_to: date | None
    definition: str


@dataclass(frozen=True)
class Documentation:
    """Everything a reader needs in order to count the table again."""

    title: str
    definition: str
    source: str
    counts: str
    version: int
    valid_from: date
    populations: tuple[Term, ...]
    breakdown: tuple[str, ...]
    columns: tuple[Term, ...]
    terms: tuple[Term, ...]
    parameters: tuple[UsedParameter, ...]
    notes: tuple[str, ...]
    others: tuple[Term, ...]
    earlier: tuple[Version, ...]


def document(table: Table, context: Context, others: Iterable[Table] = ()) -> Documentation:
    """The table in words, with the assumptions in force for the context's period.

    ``others`` are the tables that a reader may hold it against.
    """
    split = [figure.split for figure in table.figures if figure.split]
    lacking = lacking_parameters(table, context, table.measures(context))
    return Documentation(
        title=str(table.title),
        definition=str(table.definition),
        source=str(table.source),
        counts=table.counts_label(context),
        version=table.version,
        valid_from=table.valid_from,
        populations=tuple(Term(_capital(str(p.title)), str(p.rule)) for p in populations_of(table, context)),
        breakdown=tuple(str(dimension.title) for dimension in (*table.rows, *split)),
        columns=tuple(_columns(table, context)),
        terms=tuple(_terms(table, context)),
        parameters=used_parameters(table, context, table.measures(context)),
        notes=(*map(str, table.all_notes(context)), *lacking, *general_notes(table)),
        others=tuple(_other_populations(table, context, others)),
        earlier=tuple(Version(t.version, t.valid_from, t.valid_to, str(t.definition)) for t in table.earlier),
    )


def _other_populations(table: Table, context: Context, others: Iterable[Table]) -> Iterator[Term]:
    """Why another table may say another number: whom it counts that this one does not, and in which tables.

    Only of the same registrations: nobody holds follow-ups against participations.
    """
    own = {population.key: population.source for population in populations_of(table, context)}
    used: dict[str, tuple[Population, list[str]]] = {}
    for other in others:
        for population in populations_of(other, context):
            if population.key not in own and population.source in own.values():
                used.setdefault(population.key, (population, []))[1].append(f"”{other.title}”")
    for population, titles in used.values():
        counted_in = _("Räknas i %s.") % ", ".join(titles)
        yield Term(_capital(str(population.title)), f"{population.rule} {counted_in}")


def populations_of(table: Table, context: Context) -> list[Population]:
    """The populations that the table counts, each once."""
    found = {count.population.key: count.population for m in table.measures(context) for count in m.counts()}
    return list(found.values())


def _columns(table: Table, context: Context) -> Iterator[Term]:
    for figure in table.figures:
        if figure.measure is not None:
            yield Term(str(figure.title), _formula(figure.measure))
    # What a line beneath rows counts stands first; of lines alone the last is what they are for, made of those before.
    told = 0 if table.rows else -1
    for line in table.lines_in(context):
        yield Term(str(line.title), _formula(list(line.cells.values())[told]))


def _formula(measure: Measure) -> str:
    if isinstance(measure, Named):
        return str(measure.meaning) or _capital(measure.measure.words())
    return _capital(measure.words())


def _terms(table: Table, context: Context) -> Iterator[Term]:
    """The words that figures are told in and that are no figures themselves."""
    told = {id(figure.measure) for figure in table.figures}
    named = {str(n.title): n for m in table.measures(context) for n in m.named() if id(n) not in told}
    for title, measure in named.items():
        yield Term(_capital(title), _formula(measure))


def defined_of(table: Table) -> Defined:
    """What a table counts, as it is frozen."""
    texts = (str(table.title), str(table.definition), str(table.source))
    return Defined(table.key, table.version, *texts, table.valid_from.isoformat())


def general_notes(table: Table) -> Iterator[str]:
    """What holds for every table that counts participations."""
    if table.counts_registrations and not table.counts:
        yield _("Felregistreringar räknas aldrig.")
        yield _("Den vars uppgift saknas står på raden eller i kolumnen ”Uppgift saknas”, så att ingen faller bort.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
