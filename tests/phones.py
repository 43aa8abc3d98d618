"""A phone with an app for codes, and people who log in with one."""

import time
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.urls import reverse

from finsam_tracker.core.models import User
from tests.conftest import StrictClient
from tests.factories import PASSWORD

LOG_IN, CODE = "/logga-in/", "/logga-in/kod/"


class Phone:
    """Shows codes from a clock that stands still, near the true time, until it is moved on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, secret: str = "") -> None:
        self.secret = secret or auth.generate_totp_secret()
        self.counter = int(time.time() // 30)
        monkeypatch.setattr(auth.time, "time", lambda: self.counter * 30.0)

    @property
    def code(self) -> str:
        return str(auth.format_hotp_value(auth.hotp_value(self.secret, self.counter)))

    def wait(self, periods: int = 1) -> str:
        """The code some half minutes later."""
        self.counter += periods
        return self.code

    def belongs_to(self, user: User) -> "Phone":
        """As if the person had set it up before, recovery codes and all."""
        auth.TOTP.activate(user, self.secret)
        RecoveryCodes.activate(user)
        return self


def give_password(client: StrictClient, user: User, where: str = "", password: str = PASSWORD) -> Any:
    return client.post(LOG_IN, {"username": user.email, "password": password, "next": where})


def give_code(client: StrictClient, code: str) -> Any:
    return client.post(CODE, {"code": code})


def is_in(client: Client) -> bool:
    """Whether the browser is logged in, all the way."""
    return bool(client.get(reverse("profile")).status_code == 200)
