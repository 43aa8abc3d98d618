"""Finding a participation by its address, for one who works there."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from finsam_tracker.core.models import User
from participants.codes import read_code
from participants.models import Participation


def find_participation(user: User, federation: str, initiative: str, code: str) -> Participation:
    """The participation at this address, felregistreringar included, if it exists for the person; otherwise Http404."""
    stored = read_code(code)
    if stored is None:
        raise Http404
    rows = Participation.objects.visible_to(user).select_related(
        "federation", "initiative__federation", "municipality", "exit_reason__group", "first_step", "last_step"
    )
    return get_object_or_404(rows, federation__slug=federation, initiative__slug=initiative, code=stored)
