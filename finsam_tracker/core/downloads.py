"""An answer that a browser saves as a file."""

from typing import TypeVar

from django.http import HttpResponseBase
from django.utils.http import content_disposition_header

Answer = TypeVar("Answer", bound=HttpResponseBase)


def as_file(answer: Answer, name: str) -> Answer:
    """The answer, to be saved under a name."""
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer
