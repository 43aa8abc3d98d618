"""Who reaches which page: the truth, written by hand, one table for the whole project.

A new route fails ``test_access.py`` until it stands here. To add one:

1. Write a line in ``ACCESS``: the route's name, with its namespace where it has one ("api:tables"), and the method
   before it where it is not GET ("POST refresh_tables"). A route that takes both gets a line for each.
2. Give a status for each person in ``WHO``, in that order: ``own`` for an address in the northern federation and the
   coordinator's own initiative, ``other_initiative`` for the other initiative of the same federation, and
   ``other_federation`` for the southern one. A place that the route's address does not tell apart is left out.
3. If the address holds more than federation, initiative and code, add the name and a value to ``MORE_ARGUMENTS``, or
   to ``arguments`` of the line itself.

302 is a redirect (to log-in, to one's own page, after an act), 403 "you see it but may not", 404 "not yours". With a
token API, "nobody" gets 401. What an address answers must not depend on whether somebody else's thing exists.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from finsam_tracker.clients.models import ApiKey
from finsam_tracker.clients.scopes import Scope
from finsam_tracker.core.models import Municipality, Party
from finsam_tracker.core.period import Period
from finsam_tracker.core.profile import reminders_token
from initiatives.models import Initiative, Invitation
from participants.models import Import, Participation
from participants.services.enrolment import assess_step
from reports import context as reports_context
from reports.compute import compute
from reports.edition import Edition, Look, Section, Shown, digest
from reports.models import FinsamDelivery, FinsamMark, Publication, Schedule, Thinning
from reports.tables import TABLES
from tests.factories import Tenant, UserFactory, World, make_activity, make_goal, noon, staff_of
from tests.status_reports import report

WHO = ("nobody", "coordinator", "lead", "office", "reader", "operator", "outsider")
PLACES = ("own", "other_initiative", "other_federation")
EVERYONE_OUT = "302 404 404 404 404 404 404"
NO_API = "401 404 404 404 404 404 404"


@dataclass(frozen=True)
class Route:
    """The expected statuses of a route, person by person."""

    own: str
    other_initiative: str = ""
    other_federation: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    # What the participation needs first, for a page about something that it has not from the start.
    prepare: Callable[["Site"], object] = lambda _site: None

    def expected(self, place: str) -> dict[str, int]:
        """The status by person."""
        statuses = getattr(self, place).split()
        return dict(zip(WHO, map(int, statuses), strict=True))


def rows(own: str) -> Route:
    """A page about registrations: for those who work in the initiative, and for nobody else in the world."""
    return Route(own, EVERYONE_OUT, EVERYONE_OUT)


def api_rows(own: str) -> Route:
    """The same over REST."""
    return Route(own, NO_API, NO_API)


def assessed(own: str) -> Route:
    """A page about an assessment."""
    return replace(rows(own), arguments={"on": "2025-04-01"}, prepare=_assess)


def ended(own: str) -> Route:
    """A page about a follow-up."""
    return replace(rows(own), arguments={"months": 6}, prepare=lambda site: site.tenant.end(site.participation))


KEY = "abc123"


def keyed(route: Route) -> Route:
    """A page about a key: the federation's, or where rows are the initiative's."""
    scope = Scope.READ_REGISTRATIONS if route.other_initiative else Scope.READ_TABLES
    return replace(route, arguments={"key": KEY}, prepare=lambda site: _make_key(site, scope))


def _make_key(site: "Site", scope: Scope) -> None:
    tenant, is_of_rows = site.tenant, scope == Scope.READ_REGISTRATIONS
    actor = UserFactory.create()
    ApiKey.objects.create(
        federation=tenant.federation,
        initiative=site.initiative if is_of_rows else None,
        actor=actor,
        name=actor.name,
        scopes=scope.value,
        prefix=KEY,
        digest="x",
        made_by=tenant.lead if is_of_rows else tenant.office,
        made_at=timezone.now(),
        expires_on=date(2099, 1, 1),
    )


def _assess(site: "Site") -> None:
    assess_step(
        by=staff_of(site.initiative),
        participation=site.participation,
        step=site.tenant.steps[0],
        on=date(2025, 4, 1),
        now=noon(date(2025, 12, 1)),
    )


def figures(own: str, **arguments: Any) -> Route:
    """A page about a federation's figures."""
    return Route(own, other_federation=EVERYONE_OUT, arguments=arguments)


def aimed(own: str) -> Route:
    """A page about a goal of 2025, a year that has ended."""
    return replace(figures(own, year=2025, code="fler-i-arbete"), prepare=_aim)


def _aim(site: "Site") -> None:
    make_goal(site.tenant)


NOT_A_LINK = Route("404    404   404  404    404    404      404")
"""An address that is a secret, without the secret."""


def office(own: str, **arguments: Any) -> Route:
    """A page that only the office of the federation may open; to others there it is refused."""
    return Route(own, other_federation=EVERYONE_OUT, arguments=arguments)


def _a_draft(tenant: Tenant) -> int:
    of = {"federation": tenant.federation, "template": "kvartal", "period": "2025-Q1"}
    return Publication.objects.get_or_create(
        **of, defaults={"created_at": timezone.now(), "created_by": tenant.office}
    )[0].pk


def _a_publication(tenant: Tenant) -> int:
    return a_published(tenant).pk


def a_published(tenant: Tenant) -> Publication:
    """Published without protection, which the pages do not ask about."""
    old = Publication.objects.filter(federation=tenant.federation, template="halvar").first()
    if old:
        return old
    now, whole = timezone.now(), reports_context.Scope(tenant.federation)
    context = reports_context.Context(whole, Period.parse("2025-H1"))
    edition = Edition(
        federation=tenant.federation.name,
        template="halvar",
        title="Halvårsrapport",
        period="2025-H1",
        period_label="första halvåret 2025",
        number=1,
        kind="final",
        known_at=now.isoformat(),
        published_at=now.isoformat(),
        code=f"{tenant.federation.slug}-kod".upper(),
        sections=(Section("Deltagare", (Shown("flows"),)),),
        results=tuple(compute([TABLES["flows"]], context)),
        definitions=(),
        protection=(),
        made_by="Testerna",
        look=Look("#1f4e79", "iVBORw0KGgo=", "Norra"),
    )
    return Publication.objects.create(
        federation=tenant.federation,
        template=edition.template,
        period=edition.period,
        kind=edition.kind,
        state=Publication.State.PUBLISHED,
        created_at=now,
        created_by=tenant.office,
        known_at=now,
        published_at=now,
        published_by=tenant.office,
        content=edition.to_json(),
        inside={"results": [], "hidden": [], "attack": [], "checks": [], "earlier": []},
        hash=digest(edition.to_json()),
        code=edition.code,
        is_public=True,
    )


def drafted(own: str) -> Route:
    """A page of a draft, for the office alone."""
    return office(own, publication=_a_draft)


def scheduled(own: str) -> Route:
    """A page about a schedule, for the office alone."""
    return office(own, schedule=_a_schedule)


def _a_schedule(tenant: Tenant) -> int:
    about = {"federation": tenant.federation, "template": "kvartal", "rhythm": "quarter"}
    return Schedule.objects.get_or_create(**about, defaults={"days": 20, "since": date(2025, 1, 1)})[0].pk


def released(own: str, **arguments: Any) -> Route:
    """A page of what has been published."""
    return office(own, publication=_a_publication, **arguments)


def coded(own: str, other_federation: str = "", **arguments: Any) -> Route:
    """A page for whoever holds the code of a publication."""
    about = {"code": lambda tenant: a_published(tenant).code, **arguments}
    return Route(own, other_federation=other_federation, arguments=about)


def api_released(own: str, **arguments: Any) -> Route:
    """The same over REST."""
    return coded(own, other_federation=NO_API, **arguments)


def reported(own: str, **arguments: Any) -> Route:
    """A page of an initiative's lägesrapport; to the office all those of the federation are its own."""
    others = own if own.split()[WHO.index("office")] != "404" else EVERYONE_OUT
    return Route(own, others, EVERYONE_OUT, {"period": "2025-H1", **arguments}, _report)


def _report(site: "Site") -> None:
    report(site.tenant, site.initiative)


def finsam_page(own: str, **arguments: Any) -> Route:
    """A page about what is reported of 2025, for the office alone."""
    return office(own, year=2025, **arguments)


def _a_mark(tenant: Tenant) -> int:
    about = {"federation": tenant.federation, "year": 2025, "field": "own_capital", "period": "2025", "number": 1}
    told = {"name": "Förbundet", "value": 1, "by": tenant.office, "at": timezone.now()}
    return FinsamMark.objects.get_or_create(**about, defaults=told)[0].pk


def _a_delivery(tenant: Tenant) -> int:
    about = {"federation": tenant.federation, "year": 2025, "number": 1}
    now = timezone.now()
    told = {"key": tenant.federation.slug, "body": "{}", "asked_by": tenant.office, "asked_at": now, "next_at": now}
    return FinsamDelivery.objects.get_or_create(**about, defaults=told)[0].pk


def municipality(own: str) -> Route:
    """A page about a municipality of the federation, which is made for it."""
    return replace(office(own, code="ort"), prepare=_add_municipality)


def _add_municipality(site: "Site") -> None:
    Municipality.objects.get_or_create(federation=site.tenant.federation, code="ort", name="Ort")


REASON: dict[str, Any] = {"kind": "avslutsorsaker", "code": "moved"}
TAX: dict[str, Any] = {"key": "tax_rate", "on": "2022-01-01"}
NO_PASSKEY = Route("302    404   404  404    404    404      404", arguments={"number": 0})
PASSWORD_FIRST = replace(NO_PASSKEY, own="302    302   302  302    302    302      302")

ACCESS: dict[str, Route] = {
    #                    nobody coord lead office reader operator outsider
    "start": Route("302    302   302  302    302    302      200"),
    "login": Route("200    302   302  302    302    302      302"),
    "POST login": Route("200    302   302  302    302    302      302"),
    # django-allauth leads here by this name.
    "account_login": Route("200    302   302  302    302    302      302"),
    "POST account_login": Route("200    302   302  302    302    302      302"),
    # Nobody here is between the two steps of a log-in.
    "mfa_authenticate": Route("302    302   302  302    302    302      302"),
    "POST mfa_authenticate": Route("302    302   302  302    302    302      302"),
    "forgotten": Route("200    200   200  200    200    200      200"),
    "POST forgotten": Route("200    200   200  200    200    200      200"),
    "forgotten_sent": Route("200    200   200  200    200    200      200"),
    "new_password": replace(NOT_A_LINK, arguments={"number": "x", "token": "y"}),
    "POST new_password": replace(NOT_A_LINK, arguments={"number": "x", "token": "y"}),
    "account_reauthenticate": Route("302    200   200  200    200    200      200"),
    "POST account_reauthenticate": Route("302    200   200  200    200    200      200"),
    # Without an app, the password is asked for instead.
    "mfa_reauthenticate": Route("302    302   302  302    302    302      302"),
    "POST mfa_reauthenticate": Route("302    302   302  302    302    302      302"),
    "mfa_index": Route("302    200   200  200    200    200      200"),
    # The password is asked for first: these log-ins are not known to be fresh.
    "mfa_activate_totp": Route("302    302   302  302    302    302      302"),
    "POST mfa_activate_totp": Route("302    302   302  302    302    302      302"),
    "mfa_deactivate_totp": Route("302    404   404  404    404    404      404"),
    "POST mfa_deactivate_totp": Route("302    404   404  404    404    404      404"),
    "mfa_view_recovery_codes": Route("302    302   302  302    302    302      302"),
    "POST mfa_view_recovery_codes": Route("302    302   302  302    302    302      302"),
    "add_passkey": Route("302    302   302  302    302    302      302"),
    "POST add_passkey": Route("302    302   302  302    302    302      302"),
    # Nobody here has passkey number 0.
    "rename_passkey": NO_PASSKEY,
    "POST rename_passkey": NO_PASSKEY,
    "remove_passkey": PASSWORD_FIRST,
    "POST remove_passkey": PASSWORD_FIRST,
    "log_ins": Route("302    200   200  200    200    200      200"),
    "POST log_out_elsewhere": Route("302    302   302  302    302    302      302"),
    # No organisation is configured here.
    "openid_connect_login": replace(NOT_A_LINK, arguments={"provider_id": "organisation"}),
    "openid_connect_callback": replace(NOT_A_LINK, arguments={"provider_id": "organisation"}),
    # The link of an invitation; this one is for something else.
    "invitation": NOT_A_LINK,
    "POST invitation": NOT_A_LINK,
    "POST logout": Route("302    302   302  302    302    302      302"),
    "roles": Route("200    200   200  200    200    200      200"),
    "profile": Route("302    200   200  200    200    200      200"),
    "POST profile": Route("302    200   200  200    200    200      200"),
    "change_password": Route("302    200   200  200    200    200      200"),
    "POST change_password": Route("302    200   200  200    200    200      200"),
    # The link in a mail: whoever holds it, logged in or not.
    "reminders_off": Route("200    200   200  200    200    200      200"),
    "POST reminders_off": Route("200    200   200  200    200    200      200"),
    "retention": figures("302    403   403  200    403    404      404"),
    "stop_thinning": figures("302    403   403  200    403    404      404"),
    "POST stop_thinning": figures("302    403   403  200    403    404      404"),
    "POST resume_thinning": figures("302    403   403  302    403    404      404"),
    "alive": Route("200    200   200  200    200    200      200"),
    "ready": Route("200    200   200  200    200    200      200"),
    "metrics": NOT_A_LINK,
    "operations": Route("302    403   403  403    403    200      403"),
    "offices": Route("302    403   403  403    403    200      403"),
    "POST offices": Route("302    403   403  403    403    200      403"),
    "POST renew_office": Route("302    403   403  403    403    302      403"),
    "people": figures("302    403   403  200    403    404      404"),
    "invite": figures("302    403   403  200    403    404      404"),
    "POST invite": figures("302    403   403  200    403    404      404"),
    "change_person": figures("302    403   403  200    403    404      404"),
    "POST change_person": figures("302    403   403  200    403    404      404"),
    "end_person": figures("302    403   403  200    403    404      404"),
    "POST end_person": figures("302    403   403  200    403    404      404"),
    "POST keep_person": figures("302    403   403  302    403    404      404"),
    "POST help_person": figures("302    403   403  302    403    404      404"),
    "POST renew_invitation": figures("302    403   403  302    403    404      404"),
    "POST withdraw_invitation": figures("302    403   403  302    403    404      404"),
    "access_log": figures("302    403   403  200    403    404      404"),
    #                    nobody coord lead office reader operator outsider
    "participations": rows("302    200   200  404    404    404      404"),
    "POST participations": rows("302    200   200  404    404    404      404"),
    "enrol": rows("302    200   200  404    404    404      404"),
    "POST enrol": rows("302    200   200  404    404    404      404"),
    "participation": rows("302    200   200  404    404    404      404"),
    "my_initiative": rows("302    200   200  404    404    404      404"),
    "initiative_quality": rows("302    200   200  404    404    404      404"),
    "history": rows("302    200   200  404    404    404      404"),
    "exit": rows("302    200   200  404    404    404      404"),
    "POST exit": rows("302    200   200  404    404    404      404"),
    "POST exit_fields": rows("302    200   200  404    404    404      404"),
    # What has not ended cannot be opened again, and there is nothing of one's own to undo.
    "reopen": rows("302    302   302  404    404    404      404"),
    "POST reopen": rows("302    302   302  404    404    404      404"),
    "undo": rows("302    302   302  404    404    404      404"),
    "POST undo": rows("302    302   302  404    404    404      404"),
    "assess": rows("302    200   200  404    404    404      404"),
    "POST assess": rows("302    200   200  404    404    404      404"),
    "correct": rows("302    200   200  404    404    404      404"),
    "POST correct": rows("302    200   200  404    404    404      404"),
    "void": rows("302    200   200  404    404    404      404"),
    "POST void": rows("302    200   200  404    404    404      404"),
    "take_back_assessment": assessed("302    200   200  404    404    404      404"),
    "POST take_back_assessment": assessed("302    200   200  404    404    404      404"),
    "follow_up": ended("302    200   200  404    404    404      404"),
    "POST follow_up": ended("302    200   200  404    404    404      404"),
    "POST follow_up_fields": ended("302    200   200  404    404    404      404"),
    "plan_again": ended("302    200   200  404    404    404      404"),
    "POST plan_again": ended("302    200   200  404    404    404      404"),
    "advisory_contacts": rows("302    200   200  404    404    404      404"),
    "POST advisory_contacts": rows("302    302   302  404    404    404      404"),
    "imports": rows("302    200   200  404    404    404      404"),
    "POST imports": rows("302    200   200  404    404    404      404"),
    "import_template": rows("302    200   200  404    404    404      404"),
    "export_participations": Route(
        "302    200   200  404    404    404      404", EVERYONE_OUT, EVERYONE_OUT, {"extension": "csv"}
    ),
    "import": rows("302    200   200  404    404    404      404"),
    "POST confirm_import": rows("302    302   302  404    404    404      404"),
    "POST cancel_import": rows("302    302   302  404    404    404      404"),
    "import_faults": rows("302    200   200  404    404    404      404"),
    "import_with_codes": rows("302    200   200  404    404    404      404"),
    #                    nobody coord lead office reader operator outsider
    "statistics": figures("302    403   403  200    403    404      404"),
    "table_definition": figures("302    403   403  200    403    404      404", key="flows"),
    "download_table": figures("302    403   403  200    403    404      404", key="flows", extension="csv"),
    "download_all_tables": figures("302    403   403  200    403    404      404"),
    "POST refresh_tables": figures("302    403   403  302    403    404      404"),
    "glance": figures("302    403   403  200    403    404      404"),
    "federation_quality": figures("302    403   403  200    403    404      404"),
    "what_changed": figures("302    403   403  200    403    404      404"),
    "figure": figures("302    403   403  200    403    404      404", key="flows"),
    # Posted without saying which figure.
    "POST figure": figures("302    403   403  400    403    404      404", key="flows"),
    "initiative_figure": Route(
        own="302    403   200  200    403    404      404",
        other_initiative="302 404 404 200 403 404 404",
        other_federation=EVERYONE_OUT,
        arguments={"key": "flows"},
    ),
    "POST initiative_figure": Route(
        own="302    403   400  400    403    404      404",
        other_initiative="302 404 404 400 403 404 404",
        other_federation=EVERYONE_OUT,
        arguments={"key": "flows"},
    ),
    "initiative_glance": Route(
        own="302    403   200  200    403    404      404",
        other_initiative="302 404 404 200 403 404 404",
        other_federation=EVERYONE_OUT,
    ),
    "initiative_statistics": Route(
        own="302    403   200  200    403    404      404",
        other_initiative="302 404 404 200 403 404 404",
        other_federation=EVERYONE_OUT,
    ),
    "initiative_download_table": Route(
        own="302    403   200  200    403    404      404",
        other_initiative="302 404 404 200 403 404 404",
        other_federation=EVERYONE_OUT,
        arguments={"key": "flows", "extension": "csv"},
    ),
    "initiative_download_all_tables": Route(
        own="302    403   200  200    403    404      404",
        other_initiative="302 404 404 200 403 404 404",
        other_federation=EVERYONE_OUT,
    ),
    # The office counts heads at structural activities and sets its goals.
    "activities": figures("302    403   403  200    403    404      404"),
    "add_activity": figures("302    403   403  200    403    404      404"),
    "POST add_activity": figures("302    403   403  200    403    404      404"),
    "correct_activity": figures("302    403   403  200    403    404      404"),
    "POST correct_activity": figures("302    403   403  200    403    404      404"),
    "void_activity": figures("302    403   403  200    403    404      404"),
    "POST void_activity": figures("302    403   403  200    403    404      404"),
    "settings_goals": figures("302    403   403  200    403    404      404"),
    "settings_new_goal": figures("302    403   403  200    403    404      404", year=2025),
    "POST settings_new_goal": figures("302    403   403  200    403    404      404", year=2025),
    "settings_copy_goals": figures("302    403   403  200    403    404      404", year=2025),
    "POST settings_copy_goals": figures("302    403   403  200    403    404      404", year=2025),
    "settings_goal": aimed("302    403   403  200    403    404      404"),
    "POST settings_goal": aimed("302    403   403  200    403    404      404"),
    "settings_remove_goal": aimed("302    403   403  200    403    404      404"),
    "POST settings_remove_goal": aimed("302    403   403  200    403    404      404"),
    "POST settings_move_goal": aimed("302    403   403  302    403    404      404"),
    #                    nobody coord lead office reader operator outsider
    "settings": office("302    403   403  200    403    404      404"),
    "settings_federation": office("302    403   403  200    403    404      404"),
    "POST settings_federation": office("302    403   403  200    403    404      404"),
    "settings_parties": office("302    403   403  200    403    404      404"),
    "settings_new_party": office("302    403   403  200    403    404      404"),
    "POST settings_new_party": office("302    403   403  200    403    404      404"),
    "settings_party": office("302    403   403  200    403    404      404"),
    "POST settings_party": office("302    403   403  200    403    404      404"),
    "POST settings_remove_party": office("302    403   403  302    403    404      404"),
    "settings_municipalities": office("302    403   403  200    403    404      404"),
    "settings_new_municipality": office("302    403   403  200    403    404      404"),
    "POST settings_new_municipality": office("302    403   403  200    403    404      404"),
    "settings_municipality": municipality("302    403   403  200    403    404      404"),
    "POST settings_municipality": municipality("302    403   403  200    403    404      404"),
    "POST settings_remove_municipality": municipality("302    403   403  302    403    404      404"),
    "settings_initiatives": office("302    403   403  200    403    404      404"),
    "settings_new_initiative": office("302    403   403  200    403    404      404"),
    "POST settings_new_initiative": office("302    403   403  200    403    404      404"),
    "settings_initiative": office("302    403   403  200    403    404      404"),
    "settings_change_initiative": office("302    403   403  200    403    404      404"),
    "POST settings_change_initiative": office("302    403   403  200    403    404      404"),
    "settings_reasons": office("302    403   403  200    403    404      404"),
    "POST settings_reasons": office("302    403   403  302    403    404      404"),
    "settings_follow_ups": office("302    403   403  200    403    404      404"),
    "POST settings_follow_ups": office("302    403   403  302    403    404      404"),
    "settings_groups": office("302    403   403  200    403    404      404"),
    "settings_new_group": office("302    403   403  200    403    404      404"),
    "POST settings_new_group": office("302    403   403  200    403    404      404"),
    "settings_group": office("302    403   403  200    403    404      404", code="work"),
    "POST settings_group": office("302    403   403  200    403    404      404", code="work"),
    "settings_list": office("302    403   403  200    403    404      404", **REASON),
    "settings_new_item": office("302    403   403  200    403    404      404", **REASON),
    "POST settings_new_item": office("302    403   403  200    403    404      404", **REASON),
    "settings_item": office("302    403   403  200    403    404      404", **REASON),
    "POST settings_item": office("302    403   403  200    403    404      404", **REASON),
    "settings_end_item": office("302    403   403  200    403    404      404", **REASON),
    "POST settings_end_item": office("302    403   403  200    403    404      404", **REASON),
    "POST settings_reopen_item": office("302    403   403  302    403    404      404", **REASON),
    "POST settings_remove_item": office("302    403   403  302    403    404      404", **REASON),
    "POST settings_move_item": office("302    403   403  302    403    404      404", **REASON),
    "settings_bands": office("302    403   403  200    403    404      404"),
    "settings_band": office("302    403   403  200    403    404      404", kind="age"),
    "POST settings_band": office("302    403   403  200    403    404      404", kind="age"),
    "settings_money": office("302    403   403  200    403    404      404"),
    "settings_year": office("302    403   403  200    403    404      404", year=2025),
    "POST settings_year": office("302    403   403  302    403    404      404", year=2025),
    "settings_inhabitants": office("302    403   403  200    403    404      404", year=2025),
    "POST settings_inhabitants": office("302    403   403  302    403    404      404", year=2025),
    "settings_budgets": office("302    403   403  200    403    404      404", year=2025),
    "POST settings_budgets": office("302    403   403  302    403    404      404", year=2025),
    "settings_parameters": office("302    403   403  200    403    404      404"),
    "settings_parameter": office("302    403   403  200    403    404      404", key="tax_rate"),
    "POST settings_parameter": office("302    403   403  200    403    404      404", key="tax_rate"),
    "settings_correct_parameter": office("302    403   403  200    403    404      404", **TAX),
    "POST settings_correct_parameter": office("302    403   403  200    403    404      404", **TAX),
    "POST settings_remove_parameter": office("302    403   403  302    403    404      404", **TAX),
    # Publications: the office writes, it and the readers read, and whoever holds a code needs no log-in.
    #                    nobody coord lead office reader operator outsider
    "publications": figures("302    403   403  200    200    404      404"),
    "new_publication": office("302    403   403  200    403    404      404"),
    "POST new_publication": office("302    403   403  200    403    404      404"),
    "check_document": office("302    403   403  200    403    404      404"),
    "POST check_document": office("302    403   403  200    403    404      404"),
    "publication": released("302    403   403  200    200    404      404"),
    "publication_file": released("302    403   403  200    200    404      404", stem="flows", extension="csv"),
    "POST publication_link": released("302    403   403  302    403    404      404"),
    "new_edition": released("302    403   403  200    403    404      404"),
    "POST new_edition": released("302    403   403  200    403    404      404"),
    # A draft does not exist for a reader.
    "draft": drafted("302    403   403  200    404    404      404"),
    "publication_texts": drafted("302    403   403  200    404    404      404"),
    "POST publication_texts": drafted("302    403   403  302    404    404      404"),
    "POST prepare_publication": drafted("302    403   403  302    404    404      404"),
    "publish_publication": drafted("302    403   403  200    404    404      404"),
    "POST publish_publication": drafted("302    403   403  200    404    404      404"),
    "POST discard_publication": drafted("302    403   403  302    404    404      404"),
    "schedules": office("302    403   403  200    403    404      404"),
    "new_schedule": office("302    403   403  200    403    404      404"),
    "POST new_schedule": office("302    403   403  200    403    404      404"),
    "change_schedule": scheduled("302    403   403  200    403    404      404"),
    "POST change_schedule": scheduled("302    403   403  200    403    404      404"),
    "POST run_schedule": scheduled("302    403   403  302    403    404      404"),
    "POST remove_schedule": scheduled("302    403   403  302    403    404      404"),
    "reports_to_arrange": office("302    403   403  200    403    404      404"),
    "arrange_report": office("302    403   403  200    403    404      404", template="kvartal"),
    "POST arrange_report": office("302    403   403  302    403    404      404", template="kvartal"),
    "house_style": office("302    403   403  200    403    404      404"),
    "POST house_style": office("302    403   403  302    403    404      404"),
    "POST remove_logo": office("302    403   403  302    403    404      404"),
    "published_logo": coded("200    200   200  200    200    200      200"),
    "published_colour": coded("200    200   200  200    200    200      200"),
    "published": coded("200    200   200  200    200    200      200"),
    "published_file": coded("200    200   200  200    200    200      200", stem="flows", extension="csv"),
    "check_publication": coded("200    200   200  200    200    200      200"),
    # Lägesrapporter: the lead writes and sends, coordinators read, the office reads what was sent and answers.
    #                    nobody coord lead office reader operator outsider
    "settings_status_reports": office("302    403   403  200    403    404      404"),
    "POST settings_status_reports": office("302    403   403  200    403    404      404"),
    "status_reports": office("302    403   403  200    403    404      404"),
    "POST ask_for_status_reports": office("302    403   403  302    403    404      404"),
    "status_report": reported("302    403   403  200    403    404      404"),
    "status_report_file": reported("302    403   403  200    403    404      404", extension="pdf"),
    "answer_status_report": reported("302    403   403  200    403    404      404"),
    "POST answer_status_report": reported("302    403   403  200    403    404      404"),
    "reopen_status_report": reported("302    403   403  200    403    404      404"),
    "POST reopen_status_report": reported("302    403   403  200    403    404      404"),
    "POST need_status_report": reported("302    403   403  302    403    404      404"),
    "initiative_status_reports": rows("302    200   200  404    404    404      404"),
    "initiative_status_report": reported("302    200   200  404    404    404      404"),
    "initiative_status_report_file": reported("302    200   200  404    404    404      404", extension="docx"),
    "write_status_report": reported("302    403   200  404    404    404      404"),
    "POST write_status_report": reported("302    403   200  404    404    404      404"),
    "POST send_status_report": reported("302    403   302  404    404    404      404"),
    # Uppföljning Finsam: what the office types in there, marks and sends. No participant type or address is said here.
    #                    nobody coord lead office reader operator outsider
    "finsam": office("302    403   403  302    403    404      404"),
    "finsam_archive_file": office("302    403   403  200    403    404      404"),
    "finsam_year": finsam_page("302    403   403  200    403    404      404"),
    "POST mark_finsam": finsam_page("302    403   403  302    403    404      404"),
    "POST undo_finsam_mark": finsam_page("302    403   403  302    403    404      404", mark=_a_mark),
    "finsam_deadline": finsam_page("302    403   403  200    403    404      404"),
    "POST finsam_deadline": finsam_page("302    403   403  302    403    404      404"),
    "finsam_archive": finsam_page("302    403   403  200    403    404      404"),
    "POST send_finsam": finsam_page("302    403   403  302    403    404      404"),
    "POST send_finsam_again": finsam_page("302    403   403  302    403    404      404", delivered=_a_delivery),
    "POST switch_finsam_delivery": finsam_page("302    403   403  302    403    404      404"),
    "api-finsam-export": Route("401    403   403  200    403    404      404", "", NO_API, {"year": 2025}),
    # The REST interface. A form is no JSON (415), a browser's log-in is no token (401), a table wants a period (400).
    #                    nobody coord lead office reader operator outsider
    "api-schema": Route("401    200   200  200    200    200      200"),
    "POST api-login": Route("415    415   415  415    415    415      415"),
    "POST api-logout": Route("401    401   401  401    401    401      401"),
    "api-federations": Route("401    200   200  200    200    200      200"),
    "api-tables": Route("401    403   403  200    403    404      404", other_federation=NO_API),
    "api-table": Route("401    403   403  400    403    404      404", "", NO_API, {"table": "flows"}),
    "api-nowhere": Route(NO_API),
    "api-code-lists": Route("401    200   200  200    200    404      404", other_federation=NO_API),
    "api-initiatives": Route("401    200   200  200    200    404      404", other_federation=NO_API),
    "api-initiative": Route(
        own="401    200   200  200    200    404      404",
        other_initiative="401 404 404 200 200 404 404",
        other_federation=NO_API,
    ),
    # Registrations. The office and readers have none here either; 428 wants If-Match, 415 wants JSON.
    "api-publications": Route("401    403   403  200    200    404      404", other_federation=NO_API),
    "api-publication": api_released("401    403   403  200    200    404      404"),
    "api-publication-file": api_released("401    403   403  200    200    404      404", stem="flows", extension="csv"),
    "api-activities": Route("401    403   403  200    403    404      404", other_federation=NO_API),
    "POST api-activities": Route("401    403   403  415    403    404      404", other_federation=NO_API),
    "api-advisory-contacts": replace(
        api_rows("401    200   200  404    404    404      404"), arguments={"month": "2025-04"}
    ),
    "PUT api-advisory-contacts": replace(
        api_rows("401    400   400  404    404    404      404"), arguments={"month": "2025-04"}
    ),
    "api-participations": api_rows("401    200   200  404    404    404      404"),
    "POST api-participations": api_rows("401    415   415  404    404    404      404"),
    "api-export": api_rows("401    200   200  404    404    404      404"),
    "POST api-bulk": api_rows("401    400   400  404    404    404      404"),
    "api-participation": api_rows("401    200   200  404    404    404      404"),
    "PUT api-participation": api_rows("401    428   428  404    404    404      404"),
    "PATCH api-participation": api_rows("401    428   428  404    404    404      404"),
    "POST api-exit": api_rows("401    415   415  404    404    404      404"),
    "POST api-reopen": api_rows("401    428   428  404    404    404      404"),
    "POST api-void": api_rows("401    428   428  404    404    404      404"),
    "PUT api-step": replace(api_rows("401    400   400  404    404    404      404"), arguments={"on": "2025-04-01"}),
    "POST api-take-back": replace(
        assessed("401    428   428  404    404    404      404"), other_initiative=NO_API, other_federation=NO_API
    ),
    "PUT api-follow-up": replace(
        ended("401    400   400  404    404    404      404"), other_initiative=NO_API, other_federation=NO_API
    ),
    #                    nobody coord lead office reader operator outsider
    "api_documentation": Route("302    200   200  200    200    200      200"),
    "keys": figures("302    403   403  200    403    404      404"),
    "make_key": figures("302    403   403  200    403    404      404"),
    "POST make_key": figures("302    403   403  200    403    404      404"),
    "rotate_key": keyed(figures("302    403   403  200    403    404      404")),
    "POST rotate_key": keyed(figures("302    403   403  200    403    404      404")),
    "revoke_key": keyed(figures("302    403   403  200    403    404      404")),
    "POST revoke_key": keyed(figures("302    403   403  302    403    404      404")),
    "initiative_keys": rows("302    403   200  404    404    404      404"),
    "initiative_make_key": rows("302    403   200  404    404    404      404"),
    "POST initiative_make_key": rows("302    403   200  404    404    404      404"),
    "initiative_rotate_key": keyed(rows("302    403   200  404    404    404      404")),
    "POST initiative_rotate_key": keyed(rows("302    403   200  404    404    404      404")),
    "initiative_revoke_key": keyed(rows("302    403   200  404    404    404      404")),
    "POST initiative_revoke_key": keyed(rows("302    403   302  404    404    404      404")),
}


def _a_file(tenant: Tenant) -> int:
    return Import.objects.create(initiative=tenant.first, by=tenant.coordinator, created_at=timezone.now()).pk


def _a_thinning(tenant: Tenant) -> int:
    plan = {"planned_at": timezone.now(), "due_on": date(2099, 1, 1)}
    return Thinning.objects.get_or_create(federation=tenant.federation, exited_until=date(2015, 12, 31), defaults=plan)[
        0
    ].pk


def _an_invitation(tenant: Tenant) -> int:
    now, email = timezone.now(), f"{tenant.federation.slug}@example.org"
    kept = {"role": "office", "invited_by": tenant.office, "created_at": now, "sent_at": now}
    return Invitation.objects.get_or_create(federation=tenant.federation, email=email, defaults=kept)[0].pk


def _a_party(tenant: Tenant) -> int:
    return Party.objects.get_or_create(federation=tenant.federation, name="En part", kind=Party.Kind.REGION)[0].pk


MORE_ARGUMENTS: dict[str, Callable[[Tenant], Any]] = {
    "number": _a_file,
    "activity": lambda tenant: make_activity(tenant).pk,
    "pk": _a_party,
    "member": lambda tenant: tenant.coordinator.memberships.get().pk,
    "asked": _an_invitation,
    "token": lambda tenant: reminders_token(tenant.coordinator),
    "thinning": _a_thinning,
}
"""Values of address parts that many routes share, by the part's name."""

NOT_OURS = ("static",)
"""Routes that a library adds and that show nothing of anybody."""


@dataclass(frozen=True)
class Site:
    """Where an address points: a federation, an initiative of it, and a participation there."""

    tenant: Tenant
    initiative: Initiative
    participation: Participation


def site_at(place: str, world: World) -> Site:
    """One of the three places, with a participation."""
    tenant, initiative = {
        "own": (world.north, world.north.first),
        "other_initiative": (world.north, world.north.second),
        "other_federation": (world.south, world.south.first),
    }[place]
    return Site(tenant, initiative, tenant.enrol(initiative))


def address(line: str, site: Site) -> str:
    """The address of a line of the table at a place."""
    _method, name = method_and_name(line)
    ACCESS[line].prepare(site)
    known: dict[str, Any] = {
        "federation": site.tenant.federation.slug,
        "initiative": site.initiative.slug,
        "code": site.participation.code,
    }
    known |= MORE_ARGUMENTS | ACCESS[line].arguments
    found = {part: known[part] for part in parts_of(name)}
    return reverse(
        name, kwargs={part: value(site.tenant) if callable(value) else value for part, value in found.items()}
    )


def method_and_name(line: str) -> tuple[str, str]:
    """What the test client calls, and the route, of a line of the table."""
    method, _blank, name = line.rpartition(" ")
    return method.lower() or "get", name


def parts_of(name: str) -> set[str]:
    """The names of the address parts that a route takes."""
    return next(set(pattern.pattern.converters) | parts for full, pattern, parts in routes() if full == name)


def routes() -> Iterator[tuple[str, URLPattern, set[str]]]:
    """Every route of the project: its full name, its pattern, and the address parts of what it is included under."""
    yield from _routes(get_resolver(), "", set())


def _routes(resolver: URLResolver, prefix: str, parts: set[str]) -> Iterator[tuple[str, URLPattern, set[str]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _routes(pattern, inside, parts | set(pattern.pattern.converters))
        else:
            yield f"{prefix}{pattern.name}", pattern, parts
