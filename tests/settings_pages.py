"""Filling in the pages of the settings, and reading what they say."""

import re
from html import unescape
from typing import Any

from tests.conftest import StrictClient

PERSONNUMMER = "19811218-9876"
ROOT = "/forbund/norra/installningar/"


def text_of(answer: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def value_of(answer: Any, name: str) -> str:
    """What stands in a text field of a page."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.content.decode())
    assert field, name
    found = re.search(r'value="([^"]*)"', field.group())
    return unescape(found.group(1)) if found else ""


def post(client: StrictClient, path: str, **typed: Any) -> Any:
    return client.post(f"{ROOT}{path}", typed)


def done(client: StrictClient, path: str, **typed: Any) -> str:
    """What the page says after something was saved."""
    answer = client.post(f"{ROOT}{path}", typed, follow=True)
    assert answer.redirect_chain, text_of(answer)
    return text_of(answer)
