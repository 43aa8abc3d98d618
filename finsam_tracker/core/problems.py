"""Errors of the REST interface, as problem details (RFC 9457), in the language that ``Accept-Language`` asks for."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView, exception_handler

from finsam_tracker.core.away import is_away

CONTENT_TYPE = "application/problem+json"
TOKEN_SCHEME = "Token"  # noqa: S105 - the word before a token in the Authorization header

TRY_AGAIN_AFTER = 30
"""Seconds."""

TITLES: Mapping[int, str | Promise] = {
    status.HTTP_400_BAD_REQUEST: gettext_lazy("Begäran är fel"),
    status.HTTP_401_UNAUTHORIZED: gettext_lazy("Inte inloggad"),
    status.HTTP_403_FORBIDDEN: gettext_lazy("Inte tillåtet"),
    status.HTTP_404_NOT_FOUND: gettext_lazy("Finns inte"),
    status.HTTP_405_METHOD_NOT_ALLOWED: gettext_lazy("Fel metod"),
    status.HTTP_406_NOT_ACCEPTABLE: gettext_lazy("Formatet finns inte"),
    status.HTTP_409_CONFLICT: gettext_lazy("Kan inte räknas"),
    status.HTTP_412_PRECONDITION_FAILED: gettext_lazy("Ändrat sedan du läste det"),
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: gettext_lazy("För stort"),
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: gettext_lazy("Fel innehållstyp"),
    status.HTTP_422_UNPROCESSABLE_ENTITY: gettext_lazy("Kan inte utföras"),
    status.HTTP_428_PRECONDITION_REQUIRED: gettext_lazy("If-Match saknas"),
    status.HTTP_429_TOO_MANY_REQUESTS: gettext_lazy("För många begäranden"),
    status.HTTP_500_INTERNAL_SERVER_ERROR: gettext_lazy("Fel i systemet"),
    status.HTTP_503_SERVICE_UNAVAILABLE: gettext_lazy("Kan inte nås just nu"),
}


class Problem(APIException):
    """An error with a sentence of ours: ``raise Problem(404, "…")``."""

    def __init__(self, code: int, sentence: str, errors: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(sentence)
        self.status_code = code
        self.errors = errors


def wrong_parameter(name: str, sentence: str) -> Problem:
    """A parameter or a header that cannot be taken."""
    return Problem(status.HTTP_400_BAD_REQUEST, sentence, {name: [sentence]})


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to an error. None in debugging, where Django's page about a fault of ours tells more.

    REST framework's own texts are not shown: some are English, and some tell of the database.
    """
    answered = exception_handler(error, context)
    if answered is None and is_away(error):
        return database_away()
    if answered is None:
        return None if settings.DEBUG else _fault(error, context["request"])
    code = answered.status_code
    response = problem_response(code, _detail(error, code, context["view"]), _errors(error))
    for name, value in answered.items():
        if name != "Content-Type":
            response[name] = value
    if code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = TOKEN_SCHEME
    return response


def problem_response(code: int, detail: str, errors: Mapping[str, Any] | None = None) -> HttpResponse:
    """An error as problem details."""
    problem = {"type": "about:blank", "title": str(TITLES.get(code, code)), "status": code, "detail": detail}
    if errors:
        problem["errors"] = errors
    return HttpResponse(json.dumps(problem, ensure_ascii=False), CONTENT_TYPE, code)


def database_away() -> HttpResponse:
    """The answer where the database does not: nothing is wrong with what was asked, and it can be asked again."""
    sentence = _("Databasen svarar inte just nu. Inget är sparat. Försök igen om en stund.")
    response = problem_response(status.HTTP_503_SERVICE_UNAVAILABLE, sentence)
    response["Retry-After"] = str(TRY_AGAIN_AFTER)
    return response


def _fault(error: Exception, request: Request) -> HttpResponse:
    """A fault of ours: signalled and logged as Django does it for any page, and told without its cause."""
    got_request_exception.send(sender=None, request=request)
    response = problem_response(
        status.HTTP_500_INTERNAL_SERVER_ERROR, _("Något gick fel hos oss. Försök igen, och hör av dig om det består.")
    )
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request, exception=error)
    return response


def _errors(error: Exception) -> Mapping[str, Any] | None:
    if isinstance(error, Problem):
        return error.errors
    if isinstance(error, ValidationError):
        return error.detail if isinstance(error.detail, dict) else {"": error.detail}
    return None


def _detail(error: Exception, code: int, view: APIView) -> str:
    if isinstance(error, Problem):
        return str(error.detail)
    if isinstance(error, ParseError):
        return _("Innehållet är inte giltig JSON.")
    return SENTENCES[code](view) if code in SENTENCES else str(TITLES.get(code, ""))


def _method(view: APIView) -> str:
    return _("Adressen tar inte emot %(method)s. Använd %(allowed)s.") % {
        "method": view.request.method,
        "allowed": ", ".join(view.allowed_methods),
    }


def _accept(view: APIView) -> str:
    return _("Svaret finns inte i det format som Accept ber om. Välj bland %s.") % ", ".join(
        renderer.media_type for renderer in view.get_renderers()
    )


def _content(view: APIView) -> str:
    return _("Innehållet kan inte läsas. Skicka det som %s.") % ", ".join(
        parser.media_type for parser in view.get_parsers()
    )


SENTENCES: Mapping[int, Callable[[APIView], str]] = {
    status.HTTP_400_BAD_REQUEST: lambda _view: _("Det som skickades innehåller fel. Rätta dem och försök igen."),
    status.HTTP_401_UNAUTHORIZED: lambda _view: _(
        "Logga in, eller skicka en token som gäller: ”Authorization: Token …”. En token får du på /api/v1/login. "
        "Ett system skickar sin nyckel: ”Authorization: Api-Key …”."
    ),
    status.HTTP_403_FORBIDDEN: lambda _view: _("Din roll får inte göra det här."),
    status.HTTP_404_NOT_FOUND: lambda _view: _(
        "Adressen finns inte, eller är inte din. Adresserna står i /api/v1/schema/."
    ),
    status.HTTP_405_METHOD_NOT_ALLOWED: _method,
    status.HTTP_406_NOT_ACCEPTABLE: _accept,
    status.HTTP_412_PRECONDITION_FAILED: lambda _view: _(
        "Deltagandet har ändrats sedan du läste det. Inget är sparat. Läs det igen och skicka dess nya ETag."
    ),
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: lambda _view: _("Begäran är för stor. Dela upp den i flera."),
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: _content,
    status.HTTP_428_PRECONDITION_REQUIRED: lambda _view: _(
        "Läs deltagandet först och skicka dess ETag i huvudet If-Match, så att du inte skriver över det du inte sett."
    ),
    status.HTTP_429_TOO_MANY_REQUESTS: lambda _view: _(
        "Du har frågat för ofta. Vänta så många sekunder som huvudet Retry-After säger."
    ),
}
