"""The way between the pages of a long list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page


@dataclass(frozen=True)
class Pager:
    """The page one is on; each number with its address, empty where numbers are left out; and the neighbours'."""

    number: int
    numbers: list[tuple[int | str, str]]
    previous: str
    next: str

    @classmethod
    def of(cls, page: Page[Any], address: Callable[[int], str]) -> "Pager":
        shown = page.paginator.get_elided_page_range(page.number)
        return cls(
            page.number,
            [(number, address(number) if isinstance(number, int) else "") for number in shown],
            address(page.previous_page_number()) if page.has_previous() else "",
            address(page.next_page_number()) if page.has_next() else "",
        )
