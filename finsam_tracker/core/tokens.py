"""Log-in tokens of the REST interface. Only a digest is stored, so a token is shown once."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from knox.models import AuthToken


@dataclass(frozen=True)
class Token:
    """A token as its owner gets it."""

    token: str
    expiry: datetime


def issue_token(user: AbstractBaseUser) -> Token:
    """A new token, which lasts as long as ``REST_KNOX`` says."""
    row, token = AuthToken.objects.create(user=user)
    return Token(token, row.expiry)


def revoke_token(row: AuthToken) -> None:
    """End the token that a request came with."""
    row.delete()
