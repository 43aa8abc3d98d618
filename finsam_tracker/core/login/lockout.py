"""What happens after too many wrong passwords. ``settings`` names these functions to django-axes."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.request import Request

TOO_MANY = 429


def username(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Whose log-in is counted: the typed address as it is looked up, so that capitals give no new tries."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(typed).strip().lower()[:255]


def client_address(request: HttpRequest | Request) -> str:
    """The address that a request comes from, past the proxies of our own and no further."""
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.PROXY_COUNT and len(told) >= settings.PROXY_COUNT and _is_address(told[-settings.PROXY_COUNT]):
        return str(told[-settings.PROXY_COUNT])
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_locked_out(request: HttpRequest | Request) -> bool:
    """Whether the log-in that this request tried is locked."""
    return bool(getattr(request, "axes_locked_out", False))


def minutes_locked() -> int:
    return int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)


def locked_out(request: HttpRequest, _original: HttpResponse | None, _credentials: Any) -> HttpResponse:
    """The page that says what to do, and when."""
    return render(request, "core/login/locked.html", {"minutes": minutes_locked()}, status=TOO_MANY)
