"""What is published of a whole year."""

from django.utils.translation import gettext_lazy as _

from reports.publications.declaration import Chapter, Printed, Template, Writing
from reports.publications.parts import (
    EVERYONE,
    FLOW_FIGURES,
    FLOWS_CHAPTER,
    GOALS_CHAPTER,
    GROUP_FIGURES,
    GROUPS_IN_TOTAL,
    GROUPS_SENTENCES,
    OPENING,
)

YEAR_ONLY = frozenset({"year"})
_EXITS = Chapter(
    "avslut",
    _("Avslut"),
    (
        *GROUPS_SENTENCES,
        GROUPS_IN_TOTAL,
        Printed("table_1"),
        Writing("about_exits", _("Kommentar till avslut"), _("Vad ligger bakom siffrorna?")),
    ),
)
_FIGURES = {**FLOW_FIGURES, **GROUP_FIGURES}

STATISTICS_APPENDIX = Template(
    key="statistikbilaga",
    title=_("Statistikbilaga till årsredovisningen"),
    description=_("Årets tabeller och diagram: deltagare, avslut, arbete, ekonomi och mål."),
    periods=YEAR_ONLY,
    figures=_FIGURES,
    chapters=(
        Chapter("om-bilagan", _("Om bilagan"), (OPENING,)),
        FLOWS_CHAPTER,
        _EXITS,
        Chapter("arbete-och-ekonomi", _("Arbete och ekonomi"), (Printed("table_2", chart=True), Printed("table_3"))),
        Chapter(
            "vilka-deltagarna-ar",
            _("Vilka deltagarna är"),
            (
                Printed("facts"),
                Printed("ages", chart=True, cut=EVERYONE),
                Printed("education", chart=True, cut=EVERYONE),
                Printed("support_before", chart=True, cut=EVERYONE),
                Printed("support_after", chart=True, cut=EVERYONE),
                Printed("support_time", chart=True, cut=EVERYONE),
                Printed("time_exited", chart=True, cut=EVERYONE),
            ),
        ),
        GOALS_CHAPTER,
        Chapter("finansiering", _("Finansiering"), (Printed("funding"), Printed("financing"))),
    ),
)
YEAR_REPORT = Template(
    key="helar",
    title=_("Helårsrapport"),
    description=_("Årets deltagare, avslut, arbete och mål, med förbundets kommentarer."),
    periods=YEAR_ONLY,
    figures=_FIGURES,
    chapters=(
        Chapter("sammanfattning", _("Sammanfattning"), (OPENING,)),
        FLOWS_CHAPTER,
        _EXITS,
        Chapter("arbete", _("Arbete"), (Printed("table_2", chart=True),)),
        GOALS_CHAPTER,
    ),
)
