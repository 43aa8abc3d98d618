"""Sending a file in."""

from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import PageForm
from finsam_tracker.core.uploads import UploadField


class UploadForm(PageForm):
    """A file, and nothing about it: its name is not kept."""

    file = UploadField(
        label=_("Fil med deltaganden"),
        help_text=_("Excel-arbetsbok (.xlsx) eller CSV. Högst 15 MB och 50 000 rader."),
        accept=".xlsx,.csv,.txt",
    )
