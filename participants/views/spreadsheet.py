"""Spreadsheets in and out: the template, the export, and the life of a file that is sent in."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import tell_why_not
from finsam_tracker.core.downloads import as_file
from finsam_tracker.core.forms import attempt
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.pager import Pager
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import tabs
from participants.forms.upload import UploadForm
from participants.importing.registered import Registered
from participants.importing.words import Words
from participants.importing.writing import faults_as_text, separated, workbook
from participants.models import Import
from participants.services import imports

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FAULTS_A_PAGE = 50
LATEST = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """What can be fetched, the form that sends a file in, and the files sent in before."""
    user, place = _place(request, federation, initiative, Permission.REGISTER)
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        file, now = form.cleaned_data["file"], timezone.now()
        record = attempt(form, lambda: imports.receive(by=user, initiative=place, file=file, now=now))
        if record:
            return redirect(address_of(record))
    earlier = Import.objects.visible_to(user).in_initiative(place)[:LATEST]
    return render(request, "participants/imports.html", {**_frame(user, place), "form": form, "earlier": earlier})


@never_cache
@require_safe
def template(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """The empty workbook."""
    _user, place = _place(request, federation, initiative, Permission.REGISTER)
    return _download(workbook(_words(place), timezone.localdate()), XLSX, f"mall-{place.slug}.xlsx")


@never_cache
@require_safe
def export(request: HttpRequest, federation: str, initiative: str, extension: str) -> HttpResponseBase:
    """The initiative's registrations in the same format."""
    _user, place = _place(request, federation, initiative, Permission.SEE_ROWS)
    words = _words(place)
    name = f"deltaganden-{place.slug}-{timezone.localdate()}.{extension}"
    if extension == "xlsx":
        return _download(workbook(words, timezone.localdate(), Registered(words)), XLSX, name)
    if extension != "csv":
        raise Http404
    streamed = StreamingHttpResponse(separated(words, Registered(words)), content_type=CSV)
    return as_file(streamed, name)


@never_cache
@require_safe
def show(request: HttpRequest, federation: str, initiative: str, number: int) -> HttpResponse:
    """How far a file has come, what was found in it, or what it became."""
    user, place = _place(request, federation, initiative, Permission.REGISTER)
    record = _find(user, place, number)
    faults = Paginator(imports.shown_faults(record), FAULTS_A_PAGE).get_page(request.GET.get("sida"))
    shown = {
        **_frame(user, place),
        "record": record,
        "faults": faults,
        "pager": Pager.of(faults, lambda n: f"?sida={n}"),
    }
    answer = render(request, "participants/import.html", shown)
    if request.headers.get("HX-Request") and not record.is_running:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def confirm(request: HttpRequest, federation: str, initiative: str, number: int) -> HttpResponse:
    """Yes to the preview."""
    return _act(request, federation, initiative, number, imports.confirm)


@require_POST
def cancel(request: HttpRequest, federation: str, initiative: str, number: int) -> HttpResponse:
    """Give the file up."""
    return _act(request, federation, initiative, number, imports.cancel)


@never_cache
@require_safe
def faults(request: HttpRequest, federation: str, initiative: str, number: int) -> HttpResponse:
    """The faults as a file."""
    user, place = _place(request, federation, initiative, Permission.REGISTER)
    text = faults_as_text(imports.shown_faults(_find(user, place, number)))
    return _download(text.encode(), CSV, f"fel-{number}.csv")


@never_cache
@require_safe
def with_codes(request: HttpRequest, federation: str, initiative: str, number: int) -> HttpResponse:
    """The participations of a file that was read in, in its order, with their codes."""
    user, place = _place(request, federation, initiative, Permission.SEE_ROWS)
    lines = _find(user, place, number).participations
    words = _words(place)
    registered = Registered(words, dict.fromkeys(lines[line] for line in sorted(lines)))
    return _download(workbook(words, timezone.localdate(), registered), XLSX, f"med-koder-{number}.xlsx")


def address_of(record: Import) -> str:
    """The page of a file."""
    place = record.initiative
    return reverse("import", args=[place.federation.slug, place.slug, record.pk])


def _act(
    request: HttpRequest, federation: str, initiative: str, number: int, service: Callable[..., Import]
) -> HttpResponse:
    user, place = _place(request, federation, initiative, Permission.REGISTER)
    record = _find(user, place, number)
    try:
        service(by=user, record=record, now=timezone.now())
    except ValidationError as refused:
        tell_why_not(request, refused)
    return redirect(address_of(record))


def _place(request: HttpRequest, federation: str, initiative: str, permission: Permission) -> tuple[User, Initiative]:
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, permission)
    return user, place


def _find(user: User, place: Initiative, number: int) -> Import:
    rows = Import.objects.visible_to(user).select_related("initiative__federation", "by")
    return get_object_or_404(rows, initiative=place, pk=number)


def _words(place: Initiative) -> Words:
    return Words(place, Lists(place.federation))


def _frame(user: User, place: Initiative) -> dict[str, object]:
    return {"initiative": place, "tabs": tabs(user, place)}


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return as_file(HttpResponse(content, kind), name)
