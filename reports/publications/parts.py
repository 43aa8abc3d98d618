"""What several templates have in common: the same figure has one name, the same chapter one wording."""

from django.utils.translation import gettext_lazy as _

from reports.publications.declaration import Chapter, Cut, Printed, Ref, Sentence, Writing

FLOW_FIGURES = {
    "deltog": Ref("flows", "total"),
    "nya": Ref("flows", "new"),
    "avslutade": Ref("flows", "exited"),
    "kvar": Ref("flows", "ongoing"),
}
GROUP_FIGURES = {
    "till_arbete": Ref("exit_groups", "work"),
    "till_studier": Ref("exit_groups", "studies"),
}
OPENING = Writing(
    "opening",
    _("Inledning"),
    _("Det viktigaste om perioden, med egna ord. Siffror skrivs som namn, till exempel {deltog}."),
)
FLOWS_CHAPTER = Chapter(
    "deltagare",
    _("Deltagare"),
    (
        Sentence(_("Under perioden deltog {deltog}. {nya} var nya, {avslutade} avslutades och {kvar} är kvar.")),
        Printed("flows", chart=True),
        Writing("about_flows", _("Kommentar till deltagare"), _("Vad ligger bakom siffrorna?")),
    ),
)
GROUPS_IN_TOTAL = Printed("exit_groups", cut=Cut(only_total=True), instead=(Cut(columns=("work",), only_total=True),))
GROUPS_SENTENCES = (
    Sentence(_("Av {avslutade} avslutade gick {till_arbete} till arbete och {till_studier} till studier.")),
    Sentence(_("Av {avslutade} avslutade gick {till_arbete} till arbete."), unless="till_studier"),
)
GOALS_CHAPTER = Chapter(
    "mal",
    _("Mål"),
    (
        Printed("goals"),
        Writing("about_goals", _("Kommentar till målen"), _("Varför gick det som det gick, och vad görs nu?")),
    ),
)
EVERYONE = Cut(columns=("total",), lines=False)
"""Of a table split by gender, only everybody together."""
