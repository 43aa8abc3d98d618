"""What every address about registrations does first, and how a service's refusal becomes an answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.core.api_reading import wrong
from finsam_tracker.core.identity_guard import looks_like_name
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from participants.api.etags import ChangedSinceError
from participants.api.showing import tell
from participants.lookup import find_participation
from participants.models import Participation
from participants.services.saving import ChangedMeanwhileError
from participants.whole import with_everything


def place_of(request: Request, federation: str, initiative: str, permission: Permission) -> tuple[User, Initiative]:
    """The user and the initiative, where they work and may do this."""
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, permission)
    return user, place


def row_of(
    request: Request, federation: str, initiative: str, code: str, permission: Permission
) -> tuple[User, Participation]:
    """The user and the participation, felregistreringar included, where they work and may do this."""
    user = acting_user(request.user)
    row = find_participation(user, federation, initiative, code, permission)
    return user, row


def answer_of(user: User, row: Participation, code: int = status.HTTP_200_OK) -> Response:
    """The participation as it now stands, with its ETag."""
    (told,) = tell(with_everything(Participation.objects.visible_to(user).filter(pk=row.pk)))
    return Response(told, status=code, headers={"ETag": told["etag"]})


@contextmanager
def refusals(*, renamed: Any = lambda problems: problems) -> Iterator[None]:
    """What a service refuses becomes a problem, by the properties of the body; ``renamed`` says which are called
    otherwise there."""
    try:
        yield
    except ChangedMeanwhileError as error:
        raise ChangedSinceError from error
    except ValidationError as refused:
        by_name = refused.message_dict if hasattr(refused, "error_dict") else {"__all__": refused.messages}
        raise wrong(renamed(by_name)) from refused


def reason_in(values: dict[str, Any]) -> str:
    """Take the reason out. What looks like a name is asked about, as in the form."""
    reason, is_no_name = values.pop("reason", None) or "", values.pop("not_a_name", False)
    if looks_like_name(reason) and not is_no_name:
        sentence = _("Det du skrev ser ut som ett namn. Ta bort det, eller skicka not_a_name: true om det inte är det.")
        raise wrong({"not_a_name": [sentence]})
    return reason
