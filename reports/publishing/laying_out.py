"""A template and protected tables in, an edition out: sentences filled in, charts drawn, nothing left to compute."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finsam_tracker import __version__
from finsam_tracker.core.period import Period
from reports.chart import Chart
from reports.disclosure.attack import AttackReport
from reports.documentation import defined_of
from reports.edition import Block, Box, Drawing, Edition, Paragraph, Section, Shown
from reports.models import Publication
from reports.protection.outcome import ProtectedSet
from reports.protection.rule import Rule
from reports.publications.declaration import Part, Printed, Ref, Sentence, Template, Writing, fill
from reports.publishing.house_style import look_of
from reports.render.chart import chart_sentence, chart_svg, has_something_to_show
from reports.render.numbers import sv_number
from reports.result import Result
from reports.tables import TABLES


def laid_out(draft: Publication, template: Template, outcome: ProtectedSet, now: datetime) -> Edition:
    """The draft's edition, with boxes where the office writes."""
    results = {result.table: result for result in outcome.results}
    period = Period.parse(draft.period)
    return Edition(
        federation=draft.federation.name,
        template=template.key,
        title=str(template.title),
        period=period.key,
        period_label=period.label,
        number=draft.edition,
        kind=draft.kind,
        known_at=now.isoformat(),
        published_at="",
        code="",
        sections=tuple(_sections(template, results)),
        results=outcome.results,
        definitions=tuple(defined_of(public.sheet.table) for public in outcome.sheets),
        protection=tuple(_protection(outcome.rule, outcome.report)),
        made_by=f"Finsam Tracker {__version__}",
        look=look_of(draft.federation),
    )


def _sections(template: Template, results: Mapping[str, Result]) -> Iterator[Section]:
    figures = figures_in_words(template.figures, results)
    for chapter in template.chapters:
        blocks = tuple(block for part in chapter.parts for block in _blocks(part, results, figures))
        if blocks:
            yield Section(str(chapter.title), blocks)


def _blocks(part: Part, results: Mapping[str, Result], figures: Mapping[str, str]) -> Iterator[Block]:
    match part:
        case Sentence():
            if part.can_stand(figures):
                yield Paragraph(fill(str(part.text), figures))
        case Writing():
            yield Box(part.key, str(part.title), str(part.hint))
        case Printed() if part.table in results:
            if part.chart:
                yield from _drawing(results[part.table])
            yield Shown(part.table)


def _drawing(result: Result) -> Iterator[Drawing]:
    chart = TABLES[result.table].chart or Chart()
    if has_something_to_show(result, chart):
        title = str(chart.title) or result.title
        yield Drawing(result.table, title, chart_svg(result, chart), chart_sentence(result, chart))


def figures_in_words(figures: Mapping[str, Ref], results: Mapping[str, Result]) -> dict[str, str]:
    """Each named figure as it is printed; the sign for hidden where it is hidden."""
    found = {name: ref.look_up(results) for name, ref in figures.items()}
    return {name: sv_number(cell, column.format) for name, hit in found.items() if hit for cell, column in [hit]}


def _protection(rule: Rule, report: AttackReport) -> Iterator[str]:
    if rule.rounding:
        yield _("Alla antal är avrundade tillsammans till närmaste multipel av %d.") % rule.rounding
    else:
        yield _(
            "Antal under %(usual)d visas inte, och inte heller andra tal som de kan räknas ut av. Tecknet .. står för "
            "ett skyddat tal. Andelar tas bara av minst %(percent)d, och rader delas på kön från %(split)d."
        ) % {"usual": rule.usual, "percent": rule.percent, "split": rule.split}
    yield ngettext(
        "Skyddet är prövat mot allt som förbundet har publicerat: %d tal som inte visas, inget kan räknas ut.",
        "Skyddet är prövat mot allt som förbundet har publicerat: %d tal som inte visas, inget kan räknas ut.",
        len(report.findings),
    ) % len(report.findings)


def with_texts(edition: Edition, texts: Mapping[str, str], figures: Mapping[str, Ref]) -> Edition:
    """The edition with the office's words in its boxes; a box without words is gone."""
    known = figures_in_words(figures, {result.table: result for result in edition.results})
    sections = [Section(section.title, tuple(_written(section.blocks, texts, known))) for section in edition.sections]
    return replace(edition, sections=tuple(section for section in sections if section.blocks))


def _written(blocks: Iterable[Block], texts: Mapping[str, str], figures: Mapping[str, str]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Box):
            lines = texts.get(block.key, "").splitlines()
            yield from (Paragraph(fill(line.strip(), figures)) for line in lines if line.strip())
        else:
            yield block
