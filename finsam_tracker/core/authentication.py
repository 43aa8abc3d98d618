"""Log-in by token for the REST interface, as knox does it and as the schema tells of it."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """Refuses what cannot be a token before knox decodes it: bytes that are no UTF-8 would end in an error of ours."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():
            raise AuthenticationFailed
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    """How the schema describes it; drf-spectacular finds this class by its being imported."""

    target_class = "finsam_tracker.core.authentication.TokenAuthentication"
    name = "token"
