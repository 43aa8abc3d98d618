"""Advisory contacts: what an initiative does for people who are not enrolled."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from reports.chart import Chart
from reports.definition import Count, Figure, OfAll, Percent, Table
from reports.dimensions.common import CONTACT_KIND, INITIATIVE, REFERRED_TO
from reports.populations import ADVISORY_CONTACTS
from reports.result import Format

CONTACTS = Count(ADVISORY_CONTACTS)
SOURCE = _("Insatsernas månadsvisa räkning av samtal.")
COUNTS = _("Samtal räknas, inte personer: den som får råd två gånger räknas två gånger.")

ADVISORY = Table(
    key="advisory_contacts",
    title=_("Rådgivande samtal"),
    definition=_(
        "Hur många rådgivande samtal varje insats har haft med personer som inte är inskrivna, efter slag av samtal "
        "och vart personen hänvisades."
    ),
    source=SOURCE,
    valid_from=date(2023, 1, 1),
    rows=(INITIATIVE, CONTACT_KIND),
    row_total=_("Summa"),
    figures=(Figure("contacts", _("Samtal"), CONTACTS, split=REFERRED_TO, sum_title=_("Summa")),),
    zero="",
    can_be_narrowed=False,
    notes=(_("En tom ruta är en nolla."),),
    chart=Chart(
        title=_("Rådgivande samtal per insats, efter vart personen hänvisades"),
        sentence=_("%(highest)s hade flest samtal, %(highest_value)s av %(total)s."),
    ),
    counts=COUNTS,
)
REFERRALS = Table(
    key="advisory_referrals",
    title=_("Rådgivande samtal: vart personerna hänvisades"),
    definition=_("Alla rådgivande samtal i perioden, efter vart personen hänvisades, i antal och i procent."),
    source=SOURCE,
    valid_from=date(2023, 1, 1),
    rows=(REFERRED_TO,),
    row_total=_("Summa"),
    figures=(
        Figure("contacts", _("Samtal"), CONTACTS),
        Figure("share", _("Andel (%)"), Percent(CONTACTS, OfAll(CONTACTS)), Format.PERCENT),
    ),
    can_be_narrowed=False,
    chart=Chart(figures=("contacts",)),
    counts=COUNTS,
)
