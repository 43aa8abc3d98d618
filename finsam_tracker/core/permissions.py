"""Who may do what: declarations, each with a Swedish sentence. The help page and the access test come from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that somebody may do."""

    SEE_ROWS = "see_rows"
    REGISTER = "register"
    SEE_INITIATIVE_TABLES = "see_initiative_tables"
    SEE_FEDERATION_TABLES = "see_federation_tables"
    REBUILD_TABLES = "rebuild_tables"
    SEE_PUBLISHED = "see_published"
    SEE_FINSAM_EXPORT = "see_finsam_export"
    REPORT_FINSAM = "report_finsam"
    MAKE_KEYS = "make_keys"
    PUBLISH = "publish"
    DECIDE_RETENTION = "decide_retention"
    SET_UP = "set_up"
    COUNT_HEADS = "count_heads"
    INVITE = "invite"
    SEE_ACCESS_LOG = "see_access_log"
    RUN_JOBS = "run_jobs"
    INVITE_OFFICES = "invite_offices"
    READ_STATUS_REPORTS = "read_status_reports"
    WRITE_STATUS_REPORTS = "write_status_reports"
    ANSWER_STATUS_REPORTS = "answer_status_reports"

    @property
    def sentence(self) -> str:
        return str(PERMISSION_SENTENCES[self])


PERMISSION_SENTENCES: dict[Permission, str | Promise] = {
    Permission.SEE_ROWS: _("läsa registreringarna i sina egna insatser"),
    Permission.REGISTER: _(
        "skriva in, avsluta, följa upp och rätta deltaganden, och räkna rådgivande samtal, i sina egna insatser"
    ),
    Permission.SEE_INITIATIVE_TABLES: _("se tabellerna för sina egna insatser"),
    Permission.SEE_FEDERATION_TABLES: _("se alla tabeller för sitt förbund, men aldrig en enskild registrering"),
    Permission.REBUILD_TABLES: _("räkna om sitt förbunds tabeller"),
    Permission.SEE_PUBLISHED: _("läsa och ladda ner publicerade tabeller"),
    Permission.SEE_FINSAM_EXPORT: _("hämta underlaget till Uppföljning Finsam"),
    Permission.REPORT_FINSAM: _("markera vad som är registrerat i Uppföljning Finsam, och sända underlaget dit"),
    Permission.MAKE_KEYS: _("göra och återkalla nycklar för system som gör en del av det man själv får"),
    Permission.PUBLISH: _("skriva och publicera sitt förbunds rapporter"),
    Permission.DECIDE_RETENTION: _("se när gamla registreringar gallras till antal, och skjuta upp det"),
    Permission.COUNT_HEADS: _("registrera aktiviteter i strukturövergripande insatser, bara som antal"),
    Permission.SET_UP: _("ställa in sitt förbund: insatser, listor, mål, pengar och antaganden"),
    Permission.INVITE: _("bjuda in och avsluta personer i sitt förbund"),
    Permission.SEE_ACCESS_LOG: _(
        "se vem i sitt förbund som har tittat på vilket slags sida och ändrat vad, men aldrig i vilken registrering"
    ),
    Permission.RUN_JOBS: _("se och starta driftens jobb, utan att se registreringar eller tabeller"),
    Permission.INVITE_OFFICES: _("bjuda in förbundsadministratörer till ett förbund"),
    Permission.READ_STATUS_REPORTS: _("läsa lägesrapporterna för sina egna insatser"),
    Permission.WRITE_STATUS_REPORTS: _("skriva lägesrapporter för sina egna insatser och skicka dem till kansliet"),
    Permission.ANSWER_STATUS_REPORTS: _("begära insatsernas lägesrapporter, läsa dem som är skickade och svara på dem"),
}


class Role(StrEnum):
    """What a person is in one federation. One person has one role in a federation, so office and rows never meet."""

    COORDINATOR = "coordinator"
    LEAD = "lead"
    OFFICE = "office"
    READER = "reader"
    OPERATOR = "operator"

    @property
    def declaration(self) -> "RoleDeclaration":
        return ROLES[self]

    @property
    def works_in_initiatives(self) -> bool:
        """Whether the role is held in named initiatives rather than in the whole federation."""
        return Permission.SEE_ROWS in ROLES[self].permissions


@dataclass(frozen=True)
class RoleDeclaration:
    """A role's Swedish name, a sentence about it, what it may do, and whether its log-in must have two steps."""

    title: str | Promise
    sentence: str | Promise
    permissions: frozenset[Permission]
    needs_two_step: bool = True


ROLES: dict[Role, RoleDeclaration] = {
    Role.COORDINATOR: RoleDeclaration(
        _("Deltagaansvarig"),
        _("Arbetar i en insats och registrerar dess deltagare."),
        frozenset({Permission.SEE_ROWS, Permission.REGISTER, Permission.READ_STATUS_REPORTS}),
    ),
    Role.LEAD: RoleDeclaration(
        _("Insatsledare"),
        _("Leder en insats: registrerar som en deltagaansvarig och ser insatsens tabeller."),
        frozenset(
            {
                Permission.SEE_ROWS,
                Permission.REGISTER,
                Permission.SEE_INITIATIVE_TABLES,
                Permission.MAKE_KEYS,
                Permission.READ_STATUS_REPORTS,
                Permission.WRITE_STATUS_REPORTS,
            }
        ),
    ),
    Role.OFFICE: RoleDeclaration(
        _("Förbundsadministratör"),
        _("Arbetar på förbundets kansli och ser siffror, aldrig enskilda registreringar."),
        frozenset(
            {
                Permission.SEE_FEDERATION_TABLES,
                Permission.REBUILD_TABLES,
                Permission.SEE_PUBLISHED,
                Permission.SEE_FINSAM_EXPORT,
                Permission.REPORT_FINSAM,
                Permission.MAKE_KEYS,
                Permission.PUBLISH,
                Permission.DECIDE_RETENTION,
                Permission.COUNT_HEADS,
                Permission.SET_UP,
                Permission.INVITE,
                Permission.SEE_ACCESS_LOG,
                Permission.ANSWER_STATUS_REPORTS,
            }
        ),
    ),
    Role.READER: RoleDeclaration(
        _("Läsare"),
        _("Styrelse, part eller utvärderare som läser det som är publicerat."),
        frozenset({Permission.SEE_PUBLISHED}),
        needs_two_step=False,
    ),
    Role.OPERATOR: RoleDeclaration(
        _("Driftansvarig"),
        _("Sköter driften för många förbund och ser varken registreringar eller siffror."),
        frozenset({Permission.RUN_JOBS, Permission.INVITE_OFFICES}),
    ),
}


def roles_with(permission: Permission) -> Iterable[Role]:
    """The roles that hold a permission, in the order they are declared."""
    return (role for role, declaration in ROLES.items() if permission in declaration.permissions)
