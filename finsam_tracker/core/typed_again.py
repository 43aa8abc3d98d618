"""What somebody typed, repeated by the page that says that it could not be saved, so that it can be sent again.

The answer to the very request that carried it, and nowhere else: not kept, not logged, not for a cache. Never what is
asked for at log-in, never a form that another site made, and without what identifies a person.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.urls import Resolver404, resolve

from finsam_tracker.core.identity_guard import find_identity

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
LOG_IN = "finsam_tracker.core.login"
SECRET = "password"  # noqa: S105 - a part of the names of fields
LONG = 40
"""Characters; longer texts can be read and copied from the page."""


@dataclass(frozen=True)
class TypedAgain:
    """A form that was sent, to be sent again to the same address. A file cannot be: the browser must choose it anew."""

    address: str
    token: str
    fields: list[tuple[str, str]]
    has_file: bool

    @property
    def texts(self) -> list[str]:
        """What took time to write."""
        return [value for _name, value in self.fields if len(value) > LONG]


def typed_again(request: HttpRequest) -> TypedAgain | None:
    """What was posted, or None where nothing was, or nothing that may be shown."""
    if request.method != "POST" or request.headers.get("HX-Request") or not _may_be_repeated(request):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN and (name == "email" or not find_identity(value))
    ]
    return TypedAgain(request.get_full_path(), get_token(request), fields, has_file=bool(request.FILES))


def _may_be_repeated(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    # Whoever is not logged in types passwords and little else.
    is_open = not getattr(view, "login_required", True) or view.__module__.startswith(LOG_IN)
    return not is_open and _is_own_form(request) and not any(SECRET in name for name in request.POST)


class _Check(CsrfViewMiddleware):
    """The same check as of every form, which may not have come to it before the database was asked for the person."""

    def _reject(self, _request: HttpRequest, _reason: str) -> HttpResponse:
        return HttpResponseForbidden()


def _is_own_form(request: HttpRequest) -> bool:
    answer = lambda _request: HttpResponse()  # noqa: E731 - there has to be one, and nobody sees it
    return _Check(answer).process_view(request, answer, (), {}) is None
