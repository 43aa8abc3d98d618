"""The office's pages about people, and the operator's about offices."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import posted, press, saved, tell_why_not
from finsam_tracker.core.forms import attempt
from finsam_tracker.core.login.two_step import with_second_step
from finsam_tracker.core.models import Federation, Membership, User, acting_user
from finsam_tracker.core.permissions import Permission, Role
from finsam_tracker.core.tenancy import allow, federation_for
from initiatives.models import Invitation
from initiatives.people import invitations, memberships
from initiatives.people.forms import EndForm, InviteForm, InviteOfficeForm, PlaceForm, place_of
from initiatives.people.letters import send_letter
from initiatives.places import office_tabs


@dataclass(frozen=True)
class Line:
    """A person in the list."""

    membership: Membership
    has_second_step: bool
    is_oneself: bool
    ends: bool


def _office(request: HttpRequest, slug: str) -> tuple[User, Federation]:
    user = acting_user(request.user)
    return user, federation_for(user, slug, Permission.INVITE)


def _member(user: User, federation: Federation, number: int) -> Membership:
    rows = Membership.objects.visible_to(user).filter(federation=federation).not_ended_on(timezone.localdate())
    return get_object_or_404(rows.select_related("user", "federation"), pk=number)


def _page(request: HttpRequest, name: str, federation: Federation, **shown: object) -> HttpResponse:
    frame = {"federation": federation, "tabs": office_tabs(acting_user(request.user), federation)}
    return render(request, f"initiatives/people/{name}.html", frame | shown)


@never_cache
@require_safe
def people(request: HttpRequest, federation: str) -> HttpResponse:
    """Who works in the federation, and who has been asked to."""
    user, place = _office(request, federation)
    rows = Membership.objects.visible_to(user).filter(federation=place).not_ended_on(timezone.localdate())
    members = list(
        rows.select_related("user").prefetch_related("initiatives__initiative").order_by("user__name", "user__email")
    )
    asked = Invitation.objects.visible_to(user).filter(federation=place).open().prefetch_related("initiatives")
    now = timezone.now()
    return _page(request, "list", place, lines=_lines(members, user), invitations=asked, now=now)


def _lines(members: Iterable[Membership], user: User) -> list[Line]:
    safe = with_second_step(m.user for m in members)
    return [Line(m, m.user_id in safe, m.user_id == user.pk, m.ended_on is not None) for m in members]


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, federation: str) -> HttpResponse:
    """Somebody new."""
    user, place = _office(request, federation)
    form = InviteForm(posted(request), federation=place)
    if form.is_valid():
        made = attempt(
            form,
            lambda: invitations.invite(
                by=user, email=form.cleaned_data["email"], federation=place, now=timezone.now(), **form.chosen
            ),
        )
        if made:
            _send(request, made)
            return redirect("people", place.slug)
    return _page(request, "invite", place, form=form)


def _send(request: HttpRequest, invitation: Invitation) -> None:
    if send_letter(invitation):
        messages.success(request, _("Inbjudan är skickad till %s.") % invitation.email)
    else:
        messages.error(
            request, _("Inbjudan är sparad, men brevet kunde inte skickas. Försök med Skicka igen om en stund.")
        )


@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: HttpRequest, federation: str, member: int) -> HttpResponse:
    """Another role, or other initiatives."""
    user, place = _office(request, federation)
    held = _member(user, place, member)
    form = PlaceForm(posted(request), federation=place, initial=place_of(held))

    def act() -> Membership:
        return memberships.change_membership(by=user, membership=held, now=timezone.now(), **form.chosen)

    if saved(request, form, act, _("%s har nu rollen du valde.") % held.user):
        return redirect("people", place.slug)
    return _page(request, "change", place, form=form, member=held)


@require_http_methods(["GET", "HEAD", "POST"])
def end_person(request: HttpRequest, federation: str, member: int) -> HttpResponse:
    """The end of a role, today or later."""
    user, place = _office(request, federation)
    held = _member(user, place, member)
    form = EndForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        on = form.cleaned_data["on"]
        told = _("Rollen för %(name)s är avslutad från %(on)s.") % {"name": held.user, "on": on}
        act = partial(memberships.end_membership, by=user, membership=held, on=on, now=timezone.now())
        if saved(request, form, act, told):
            return redirect("start" if held.user_id == user.pk else "people", *_slug(held, user, place))
    return _page(request, "end", place, form=form, member=held)


def _slug(member: Membership, user: User, place: Federation) -> list[str]:
    """Whoever has ended the own role has no page of people to come back to."""
    return [] if member.user_id == user.pk else [place.slug]


@require_POST
def keep_person(request: HttpRequest, federation: str, member: int) -> HttpResponse:
    """An end to come is taken back."""
    user, place = _office(request, federation)
    held = _member(user, place, member)
    act = partial(memberships.keep_membership, by=user, membership=held, now=timezone.now())
    return press(request, act, _("Slutdatumet för %s är borttaget.") % held.user, "people", place.slug)


@require_POST
def help_person(request: HttpRequest, federation: str, member: int) -> HttpResponse:
    """Somebody has lost the second step and the codes."""
    user, place = _office(request, federation)
    held = _member(user, place, member)
    act = partial(memberships.forget_second_step, by=user, membership=held, now=timezone.now())
    told = _("%s loggar nu in med lösenordet och ställer in det andra steget på nytt.") % held.user
    return press(request, act, told, "people", place.slug)


@require_POST
def renew_invitation(request: HttpRequest, federation: str, asked: int) -> HttpResponse:
    """The letter once more, with a new link."""
    user, place = _office(request, federation)
    found = get_object_or_404(Invitation.objects.visible_to(user).filter(federation=place).open(), pk=asked)
    return _renew(request, user, found, redirect("people", place.slug))


@require_POST
def withdraw_invitation(request: HttpRequest, federation: str, asked: int) -> HttpResponse:
    """The link no longer works."""
    user, place = _office(request, federation)
    found = get_object_or_404(Invitation.objects.visible_to(user).filter(federation=place).open(), pk=asked)
    act = partial(invitations.withdraw, by=user, invitation=found, now=timezone.now())
    return press(request, act, _("Inbjudan till %s är tillbakadragen.") % found.email, "people", place.slug)


def _renew(request: HttpRequest, user: User, asked: Invitation, answer: HttpResponse) -> HttpResponse:
    try:
        _send(request, invitations.renew(by=user, invitation=asked, now=timezone.now()))
    except ValidationError as refused:
        tell_why_not(request, refused)
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offices(request: HttpRequest) -> HttpResponse:
    """The operator invites the first of an office, and sees which invitations wait."""
    user = acting_user(request.user)
    allow(user, Permission.INVITE_OFFICES)
    form = InviteOfficeForm(posted(request), user=user)
    if form.is_valid():
        told = form.cleaned_data
        made = attempt(form, lambda: invitations.invite(by=user, role=Role.OFFICE, now=timezone.now(), **told))
        if made:
            _send(request, made)
            return redirect("offices")
    asked = Invitation.objects.visible_to(user).open().select_related("federation")
    shown = {"form": form, "invitations": asked, "now": timezone.now()}
    return render(request, "initiatives/people/offices.html", shown)


@require_POST
def renew_office(request: HttpRequest, asked: int) -> HttpResponse:
    user = acting_user(request.user)
    allow(user, Permission.INVITE_OFFICES)
    found = get_object_or_404(Invitation.objects.visible_to(user).open(), pk=asked, role=Role.OFFICE)
    return _renew(request, user, found, redirect("offices"))
