"""What participants bring with them, by gender, and how much of the time it is not known."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.chart import Chart
from reports.definition import Count, Dimension, Figure, Line, OfAll, Percent, Table, Text
from reports.dimensions.common import GENDER, MUNICIPALITY, YES
from reports.dimensions.follow_ups import OCCUPATION
from reports.dimensions.people import (
    AGE,
    ASSIGNMENT,
    EDUCATION,
    REFERRER,
    SEVERAL_AFTER,
    SEVERAL_BEFORE,
    SUPPORT_AFTER,
    SUPPORT_BEFORE,
    SUPPORT_TIME,
)
from reports.populations import EXITED, STARTED, TOOK_PART
from reports.result import Format

SINCE = date(2023, 1, 1)
EVERYONE, NEW, LEFT = Count(TOOK_PART), Count(STARTED), Count(EXITED)
SHARE_NOTE = _("Andelen tas av alla, även dem vars uppgift saknas.")
SEVERAL_NOTE = _(
    "Den som har flera slags försörjning räknas på varje rad men bara en gång i totalen. Raderna summerar därför till "
    "mer än totalen."
)


def by_gender(title: Text, count: Count) -> tuple[Figure, Figure]:
    """A count by gender, and the share of all rows."""
    return (
        Figure("count", title, count, split=GENDER, sum_title=_("Totalt")),
        Figure("share", _("Andel (%)"), Percent(count, OfAll(count)), Format.PERCENT),
    )


def _several(title: Text, dimension: Dimension, **counts: Count) -> Line:
    """Those who stand in more than one row."""
    chosen = {key: Count(c.population, dimension, frozenset({YES}), title) for key, c in counts.items()}
    return Line("several", title, {**chosen, "share": Percent(chosen["count"], counts["count"])})


def background(key: str, title: Promise, dimension: Dimension, what: Promise, source: Promise, **more: object) -> Table:
    """Everybody who took part by something known at the start; beside them the new ones and those who left."""
    return Table(
        key=key,
        title=title,
        definition=what,
        source=source,
        valid_from=SINCE,
        rows=(dimension,),
        row_total=_("Totalt"),
        figures=(
            *by_gender(_("Deltog"), EVERYONE),
            Figure("new", _("Varav nya"), NEW),
            Figure("exited", _("Varav avslutade"), LEFT),
        ),
        chart=Chart(),
        **{"notes": (SHARE_NOTE,), **more},  # type: ignore[arg-type]
    )


AGES = background(
    "ages",
    _("Ålder vid start"),
    AGE,
    _("Alla som deltog i perioden, efter ålder när de började, i förbundets klasser, och kön."),
    _("Insatsernas registreringar av födelseår."),
    notes=(SHARE_NOTE, _("Ålder är startåret minus födelseåret, eftersom bara födelseåret registreras.")),
)
EDUCATIONS = background(
    "education",
    _("Utbildning"),
    EDUCATION,
    _("Alla som deltog i perioden, efter utbildning när de började, och kön."),
    _("Insatsernas registreringar av utbildning."),
)
SUPPORT_AT_START = background(
    "support_before",
    _("Försörjning före insatsen"),
    SUPPORT_BEFORE,
    _("Alla som deltog i perioden, efter den offentliga försörjning de hade veckan före starten, och kön."),
    _("Insatsernas registreringar av offentlig försörjning före start."),
    lines=lambda _context: [
        _several(_("Varav med flera slag samtidigt"), SEVERAL_BEFORE, count=EVERYONE, new=NEW, exited=LEFT)
    ],
    notes=(SEVERAL_NOTE, SHARE_NOTE),
)
SUPPORT_TIMES = background(
    "support_time",
    _("Tid i offentlig försörjning före insatsen"),
    SUPPORT_TIME,
    _("Alla som deltog i perioden, efter hur länge de hade haft offentlig försörjning när de började, och kön."),
    _("Insatsernas registreringar av månader i offentlig försörjning före start."),
    notes=(SHARE_NOTE, _("Avbrott på upp till en månad räknas inte som avbrott.")),
)
REFERRERS = background(
    "referrers",
    _("Aktualiserande part"),
    REFERRER,
    _("Alla som deltog i perioden, efter vem som skickade dem till insatsen, och kön."),
    _("Insatsernas registreringar av aktualiserande part."),
)
MUNICIPALITIES = background(
    "municipalities",
    _("Kommun"),
    MUNICIPALITY,
    _("Alla som deltog i perioden, efter kommun och kön."),
    _("Insatsernas registreringar av kommun."),
)
ASSIGNMENTS = background(
    "assignments",
    _("Uppdrag"),
    ASSIGNMENT,
    _("Alla som deltog i perioden, efter vilket uppdrag insatsen hade med dem, och kön."),
    _("Registreringarna i de insatser som registrerar uppdrag."),
)
OCCUPATION_AT_EXIT = Table(
    key="occupation_after",
    title=_("Sysselsättning efter insatsen"),
    definition=_("Alla som avslutades i perioden, efter vad de gjorde efteråt, och kön."),
    source=_("Insatsernas registreringar av arbete och studier vid avslut."),
    valid_from=SINCE,
    rows=(OCCUPATION,),
    row_total=_("Totalt"),
    figures=by_gender(_("Avslutade"), LEFT),
    chart=Chart(),
    notes=(
        SHARE_NOTE,
        _("Tabellen visar vad de gör, vilken avslutsorsak de än har. Var och en står på en enda rad."),
        _("Anställd men sjukskriven räknas inte som arbetande."),
    ),
)
SUPPORT_AT_EXIT = Table(
    key="support_after",
    title=_("Försörjning efter insatsen"),
    definition=_("Alla som avslutades i perioden, efter den offentliga försörjning de hade efteråt, och kön."),
    source=_("Insatsernas registreringar av offentlig försörjning vid avslut."),
    valid_from=SINCE,
    rows=(SUPPORT_AFTER,),
    row_total=_("Totalt"),
    figures=by_gender(_("Avslutade"), LEFT),
    chart=Chart(),
    lines=lambda _context: [_several(_("Varav med flera slag samtidigt"), SEVERAL_AFTER, count=LEFT)],
    notes=(SEVERAL_NOTE, SHARE_NOTE),
)
