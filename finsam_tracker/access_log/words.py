"""What each kind of page and each act is called in the log. A route or act of a federation that lacks a name here
fails ``tests/test_access_log.py``."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGES: Mapping[str, str | Promise] = {
    "my_initiative": _("en insats startsida"),
    "participations": _("listan över deltaganden"),
    "participation": _("ett deltagande"),
    "history": _("ett deltagandes historik"),
    "enrol": _("formuläret för inskrivning"),
    "exit": _("formuläret för avslut"),
    "reopen": _("formuläret för att öppna ett deltagande igen"),
    "undo": _("formuläret för att ångra"),
    "assess": _("formuläret för stegbedömning"),
    "take_back_assessment": _("formuläret för att ta bort en stegbedömning"),
    "correct": _("formuläret för rättelse"),
    "void": _("formuläret för felregistrering"),
    "follow_up": _("formuläret för uppföljning"),
    "plan_again": _("formuläret för ett nytt försök till uppföljning"),
    "advisory_contacts": _("rådgivande samtal"),
    "imports": _("inläsning från Excel och CSV"),
    "import": _("en inläsning"),
    "import_faults": _("felen i en inläsning"),
    "import_template": _("mallen för inläsning"),
    "import_with_codes": _("en fil med koder"),
    "export_participations": _("deltaganden som fil"),
    "statistics": _("förbundets tabeller"),
    "initiative_statistics": _("en insats tabeller"),
    "table_definition": _("hur en tabell räknas"),
    "download_table": _("en tabell som fil"),
    "download_all_tables": _("alla tabeller som fil"),
    "people": _("personerna i förbundet"),
    "invite": _("formuläret för inbjudan"),
    "change_person": _("formuläret för en persons roll"),
    "end_person": _("formuläret för att avsluta en person"),
    "access_log": _("åtkomstloggen"),
    "api-tables": _("listan över tabeller, genom REST"),
    "api-table": _("en tabell, genom REST"),
}
"""By the route's name, as the object of "tittade på"."""

DEEDS: Mapping[str, str | Promise] = {
    "enrol": _("skrev in en deltagare"),
    "exit": _("avslutade ett deltagande"),
    "reopen": _("öppnade ett deltagande igen"),
    "undo": _("ångrade en ändring"),
    "assess_step": _("bedömde ett steg"),
    "take_back_assessment": _("tog bort en stegbedömning"),
    "correct": _("rättade ett deltagande"),
    "void": _("tog bort ett deltagande som felregistrering"),
    "follow_up": _("följde upp ett deltagande"),
    "try_again": _("planerade ett nytt försök till uppföljning"),
    "count_contacts": _("räknade rådgivande samtal"),
    "import": _("läste in en fil"),
    "invite": _("bjöd in en person"),
    "renew_invitation": _("skickade en inbjudan igen"),
    "withdraw_invitation": _("drog tillbaka en inbjudan"),
    "accept_invitation": _("tackade ja till en inbjudan"),
    "change_role": _("gav en person en annan roll"),
    "change_initiatives": _("ändrade vilka insatser en person arbetar i"),
    "end_membership": _("avslutade en persons roll"),
    "keep_membership": _("tog bort slutdatumet för en persons roll"),
    "remove_second_step": _("tog bort en persons andra steg vid inloggning"),
}
"""By the act, as what comes after the person's name."""
