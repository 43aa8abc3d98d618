"""Finding an initiative by its address, for one who works there."""

from django.shortcuts import get_object_or_404

from finsam_tracker.core.models import User
from initiatives.models import Initiative


def find_staffed(user: User, federation: str, initiative: str) -> Initiative:
    """The initiative whose rows the person may see, by the address names of both; otherwise Http404.

    To the office, the rows' pages do not exist, and an initiative without participants has none.
    """
    rows = Initiative.objects.staffed_by(user).with_participants().select_related("federation")
    return get_object_or_404(rows, federation__slug=federation, slug=initiative)
