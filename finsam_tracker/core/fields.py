"""Column types of our own."""

from collections.abc import Iterable
from typing import Any

from django.db import models

SEPARATOR = "+"


class CodeSetField(models.CharField):  # type: ignore[type-arg]
    """A set of codes from one list, kept as sorted text ("af+fk").

    Python sees a ``frozenset[str]`` or None. None is "not known"; an empty set is refused, because "nothing" has a code
    of its own in every list. Text rather than a link table: the set is copied whole into each historical version, and
    one GROUP BY gives the distinct combinations.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    @staticmethod
    def split(text: str | None) -> frozenset[str] | None:
        """The set that a stored text stands for."""
        return frozenset(text.split(SEPARATOR)) if text else None

    @staticmethod
    def join(codes: Iterable[str]) -> str | None:
        """The stored text of a set; None for no codes at all."""
        return SEPARATOR.join(sorted(codes)) or None

    def from_db_value(self, value: str | None, *_: object) -> frozenset[str] | None:
        return self.split(value)

    def to_python(self, value: Any) -> frozenset[str] | None:
        if value is None or isinstance(value, str):
            return self.split(value)
        return frozenset(value) or None

    def get_prep_value(self, value: Any) -> str | None:
        if value is None or isinstance(value, str):
            return value or None
        return self.join(value)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""
