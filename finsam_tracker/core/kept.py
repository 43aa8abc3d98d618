"""What somebody typed when the session had ended, kept by their own browser until they have logged in again.

No row in the database and nothing readable in the browser: the fields travel in a cookie that is encrypted, signed and
half an hour old at most. What identifies a person is left out before.
"""

import hashlib
import json
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from finsam_tracker.core.identity_guard import find_identity

COOKIE = "typed"
KEPT_FOR = 30 * 60
"""Seconds: a lunch, but not an evening on a shared computer."""
LARGEST = 3500
"""Characters; browsers throw a cookie of 4 096 away without a word."""
_SALT = "finsam_tracker.core.kept"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def keeps_typed(view: View) -> View:
    """Marks a view that shows a kept form again, by way of ``typed``."""
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is to be filled with: what was posted now, or what was posted when the session had ended."""
    if request.method == "POST":
        return request.POST
    kept = _kept(request)
    if kept is not None:
        request.kept_was_shown = True  # type: ignore[attr-defined]
        messages.warning(
            request, _("Du blev utloggad. Det du skrev finns kvar men är inte sparat. Kontrollera och spara.")
        )
    return kept


class KeepTypedMiddleware(LoginRequiredMiddleware):
    """Closed by default, without losing what somebody typed."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        answer: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None and request.headers.get("HX-Request"):
            # A fragment: the log-in page inside the page would help nobody. The next full request leads there.
            return HttpResponse(status=401)
        return answer

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        response = super().handle_no_permission(request, view_func)
        if request.method == "POST" and getattr(view_func, "keeps_typed", False) and (sealed := _seal(request)):
            response.set_cookie(
                COOKIE,
                sealed,
                max_age=KEPT_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
            messages.info(request, _("Du har blivit utloggad. Logga in, så visas det du skrev igen."))
        return response

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if getattr(request, "kept_was_shown", False):
            response.delete_cookie(COOKIE, samesite="Lax")
        return response


def _seal(request: HttpRequest) -> str:
    """The posted fields as a cookie holds them; empty where there are none, or too many."""
    fields = {
        name: kept
        for name in request.POST
        if name != "csrfmiddlewaretoken" and (kept := [v for v in request.POST.getlist(name) if not find_identity(v)])
    }
    if not fields:
        return ""
    plain = json.dumps([request.path, fields], ensure_ascii=False).encode()
    sealed = signing.dumps(_encrypt(plain), salt=_SALT)
    return sealed if len(sealed) <= LARGEST else ""


def _kept(request: HttpRequest) -> QueryDict | None:
    try:
        sealed = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    path, fields = json.loads(_decrypt(sealed))
    if path != request.path:
        return None
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def _encrypt(plain: bytes) -> str:
    nonce = secrets.token_bytes(16)
    # Made small first: what is encrypted cannot be made smaller.
    return b64encode(nonce + _crossed(zlib.compress(plain), nonce)).decode()


def _decrypt(text: str) -> bytes:
    raw = b64decode(text)
    return zlib.decompress(_crossed(raw[16:], raw[:16]))


def _crossed(data: bytes, nonce: bytes) -> bytes:
    """The data combined with a key stream that never repeats: SHAKE-256 over the secret key and the nonce.

    The standard library has no cipher, and this is the one place that needs one; the signature around it is what finds
    a change.
    """
    key = salted_hmac(_SALT, nonce.hex(), algorithm="sha256").digest()
    stream = hashlib.shake_256(key).digest(len(data))
    return bytes(a ^ b for a, b in zip(data, stream, strict=True))
