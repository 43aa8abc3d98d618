"""Log-in by a machine's key: ``Authorization: Api-Key finsam_…``."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from finsam_tracker.clients.models import ApiKey
from finsam_tracker.clients.services import key_of
from finsam_tracker.core.models import User

KEYWORD = "Api-Key"


class KeyAuthentication(BaseAuthentication):
    """The machine comes as its own user, limited to the key's scopes. Another kind of header is left to others."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        keyword, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        if keyword.casefold() != KEYWORD.casefold():
            return None
        key = key_of(secret.strip(), today=timezone.localdate())
        if key is None:
            raise AuthenticationFailed
        return key.actor, key

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it; drf-spectacular finds this class by its being imported."""

    target_class = "finsam_tracker.clients.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "A machine's key, in the form `Api-Key finsam_…`.",
        }
