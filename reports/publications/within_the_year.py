"""What is published within a year: the federation's flows only. Details come with the year, when they are enough."""

from django.utils.translation import gettext_lazy as _

from reports.publications.declaration import Chapter, Template
from reports.publications.parts import FLOW_FIGURES, FLOWS_CHAPTER, OPENING

_CHAPTERS = (Chapter("sammanfattning", _("Sammanfattning"), (OPENING,)), FLOWS_CHAPTER)

QUARTER_REPORT = Template(
    key="kvartal",
    title=_("Kvartalsrapport"),
    description=_("Kvartalets deltagare: hur många som deltog, började, avslutades och är kvar."),
    periods=frozenset({"quarter"}),
    figures=FLOW_FIGURES,
    chapters=_CHAPTERS,
)
HALF_YEAR_REPORT = Template(
    key="halvar",
    title=_("Halvårsrapport"),
    description=_("Halvårets deltagare: hur många som deltog, började, avslutades och är kvar."),
    periods=frozenset({"half"}),
    figures=FLOW_FIGURES,
    chapters=_CHAPTERS,
)
