"""The language of a page: what the person has chosen, and Swedish until then, whatever the browser asks for."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from finsam_tracker.core.models import User

Responder = Callable[[HttpRequest], HttpResponseBase]


def language_of(user: User) -> str:
    """The person's language where the program has it, otherwise its own."""
    return user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def asked_language(header: str) -> str | None:
    """The first language of an ``Accept-Language`` header that the program has; None where it has none of them."""
    for code, _weight in parse_accept_lang_header(header):
        known = code.partition("-")[0]
        if known in dict(settings.LANGUAGES):
            return known
    return None


def chosen_language(get_response: Responder) -> Responder:
    """Middleware: a page is in the language of the person who is logged in."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = language_of(request.user) if isinstance(request.user, User) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer = get_response(request)
        answer.headers.setdefault("Content-Language", language)
        return answer

    return middleware
