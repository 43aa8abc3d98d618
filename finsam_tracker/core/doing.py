"""What a page does when its form is saved or its button pressed: the act, and what became of it in a sentence."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from finsam_tracker.core.forms import PageForm

Act = Callable[[], object]
"""Does something, or raises ValidationError; False where it was so already."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is to be filled with: what was posted, or nothing."""
    return request.POST if request.method == "POST" else None


def saved(request: HttpRequest, form: PageForm, act: Act, told: str) -> bool:
    """Do what a valid form says, and tell; False where the form is to be shown, at first or with what was refused."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        _tell(request, act(), told)
    except ValidationError as refused:
        form.take(refused)
        return False
    return True


def press(request: HttpRequest, act: Act, told: str, where: str, *args: object) -> HttpResponse:
    """Do what a button says, tell what became of it, and go somewhere: an address, or a route with its arguments."""
    try:
        _tell(request, act(), told)
    except ValidationError as refused:
        tell_why_not(request, refused)
    return redirect(where, *args)


def tell_why_not(request: HttpRequest, refused: ValidationError) -> None:
    """What was refused, on the next page."""
    for sentence in refused.messages:
        messages.warning(request, sentence)


def _tell(request: HttpRequest, outcome: object, told: str) -> None:
    if outcome is False:
        messages.info(request, _("Inget ändrades: allt var redan så."))
    else:
        messages.success(request, told)
