"""For those who own the federation: few figures, large charts, plain words."""

from django.utils.translation import gettext_lazy as _

from reports.publications.declaration import Chapter, Printed, Sentence, Template, Writing
from reports.publications.parts import FLOW_FIGURES, GROUP_FIGURES, GROUPS_IN_TOTAL, GROUPS_SENTENCES, OPENING

MEMBER_MEETING = Template(
    key="medlemsmote",
    title=_("Till medlemsmötet"),
    description=_("Få siffror och stora diagram, i vanliga ord."),
    periods=frozenset({"year"}),
    figures={**FLOW_FIGURES, **GROUP_FIGURES},
    chapters=(
        Chapter(
            "aret-i-korthet",
            _("Året i korthet"),
            (OPENING, Sentence(_("{deltog} har fått stöd under året. {nya} av dem var nya."))),
        ),
        Chapter("sa-manga-fick-stod", _("Så många fick stöd"), (Printed("flows", chart=True),)),
        Chapter("sa-gick-det", _("Så gick det"), (*GROUPS_SENTENCES, GROUPS_IN_TOTAL)),
        Chapter("vem-som-betalar", _("Vem som betalar"), (Printed("funding"),)),
        Chapter("framat", _("Framåt"), (Writing("ahead", _("Framåt"), _("Vad händer nästa år?")),)),
    ),
)
