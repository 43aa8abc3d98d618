"""What there is to set: the pages of the settings, each with a line about how things stand.

The overview loops over this register. An app or module that has a page more to hang in adds a line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation
from initiatives import standing
from initiatives.standing import Standing


@dataclass(frozen=True)
class SettingsPage:
    """A page by its route (whose address takes the federation, and ``arguments``), and what stands to say about it."""

    title: str | Promise
    route: str
    standing: Callable[[Federation, date], Standing]
    arguments: tuple[str, ...] = ()

    def address(self, federation: Federation) -> str:
        """Where the page is, for a federation."""
        return reverse(self.route, args=[federation.slug, *self.arguments])


@dataclass(frozen=True)
class SettingsGroup:
    """Pages under one heading."""

    title: str | Promise
    pages: Sequence[SettingsPage]


SETTINGS: tuple[SettingsGroup, ...] = (
    SettingsGroup(
        _("Förbundet"),
        (
            SettingsPage(_("Namn, rapportering och regel för steg"), "settings_federation", standing.of_federation),
            SettingsPage(_("Parter"), "settings_parties", standing.of_parties),
            SettingsPage(_("Kommuner"), "settings_municipalities", standing.of_municipalities),
            SettingsPage(_("Lägesrapporter"), "settings_status_reports", standing.of_status_reports),
            SettingsPage(_("Gallring"), "retention", standing.of_retention),
        ),
    ),
    SettingsGroup(
        _("Insatser och deras listor"),
        (
            SettingsPage(_("Insatser"), "settings_initiatives", standing.of_initiatives),
            SettingsPage(_("Avslutsorsaker"), "settings_list", standing.of_reasons, ("avslutsorsaker",)),
            SettingsPage(_("Utfallsgrupper"), "settings_groups", standing.of_groups),
            SettingsPage(_("Stegmodell"), "settings_list", standing.of_steps, ("steg",)),
            SettingsPage(_("Uppdrag"), "settings_list", standing.of_assignments, ("uppdrag",)),
        ),
    ),
    SettingsGroup(
        _("Listor och klasser som de flesta förbund har lika"),
        (
            SettingsPage(_("Utbildning"), "settings_list", standing.of_education, ("utbildning",)),
            SettingsPage(_("Offentlig försörjning"), "settings_list", standing.of_support, ("forsorjning",)),
            SettingsPage(_("Aktualiserande part"), "settings_list", standing.of_referrers, ("aktualiserande",)),
            SettingsPage(_("Slag av rådgivande samtal"), "settings_list", standing.of_contacts, ("samtal",)),
            SettingsPage(_("Hänvisad till"), "settings_list", standing.of_referrals, ("hanvisad-till",)),
            SettingsPage(_("Slag av aktivitet"), "settings_list", standing.of_activity_kinds, ("aktiviteter",)),
            SettingsPage(_("Målgrupp för aktiviteter"), "settings_list", standing.of_audiences, ("malgrupper",)),
            SettingsPage(_("Klasser för ålder och tid"), "settings_bands", standing.of_bands),
        ),
    ),
    SettingsGroup(
        _("Mål, pengar och antaganden"),
        (
            SettingsPage(_("Mål"), "settings_goals", standing.of_goals),
            SettingsPage(_("Pengar per år"), "settings_money", standing.of_money),
            SettingsPage(_("Antaganden"), "settings_parameters", standing.of_parameters),
        ),
    ),
)
