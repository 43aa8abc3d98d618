"""The letter with an invitation."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finsam_tracker.core.letters import SENDING_FAILED
from initiatives.models import Invitation
from initiatives.people.invitations import token_of


def address_of(invitation: Invitation) -> str:
    """The link. It is for the invited person's eyes: whoever opens it may become that person here."""
    return settings.BASE_URL + reverse("invitation", args=[token_of(invitation)])


def send_letter(invitation: Invitation) -> bool:
    """Send it, in Swedish, since nothing is known of the reader; False where the mail server took nothing."""
    with translation.override(settings.LANGUAGE_CODE):
        try:
            return bool(_letter(invitation).send())
        except SENDING_FAILED:
            return False


def _letter(invitation: Invitation) -> EmailMessage:
    where = invitation.federation.name if invitation.federation else "Finsam Tracker"
    said = {"name": invitation.invited_by, "role": invitation.get_role_display().lower(), "where": where}
    until = date_format(timezone.localtime(invitation.good_until), "Y-m-d H:i")
    lines = [
        _("Hej!"),
        "",
        _("%(name)s bjuder in dig som %(role)s i %(where)s.") % said,
        _("Öppna länken, välj ett lösenord och börja:"),
        address_of(invitation),
        "",
        _("Länken gäller till %s och en gång. Skicka den inte vidare: den är din nyckel.") % until,
        _("Väntade du dig ingen inbjudan kan du kasta brevet."),
    ]
    return EmailMessage(_("Inbjudan till Finsam Tracker"), "\n".join(lines), to=[invitation.email])
