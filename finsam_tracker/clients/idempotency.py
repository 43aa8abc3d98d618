"""A request with the header ``Idempotency-Key`` does its work once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.clients.models import ANSWERS_KEPT, KeptAnswer
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.problems import Problem, wrong_parameter

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 255


def idempotency_parameter(*, required: bool) -> OpenApiParameter:
    """The header, for the schema."""
    return OpenApiParameter(
        HEADER,
        {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        OpenApiParameter.HEADER,
        required=required,
        description=(
            "A text of your own, new for each request (a UUID, say). Sent again within seven days with the same body, "
            "the request does nothing and gets the first answer; with another body it is refused (422)."
        ),
    )


def once(request: Request, act: Callable[[], Response], *, now: datetime, required: bool = False) -> Response:
    """The answer of ``act``, or the kept one of the same request. Raises Problem for a bad or reused key.

    The note that the key is used is written before the work, in its transaction: of two requests at once the second
    waits for the first, and work that fails leaves no note.
    """
    key = _key(request, required=required)
    if key is None:
        return act()
    user, content = acting_user(request.user), _digest(_content(request))
    with transaction.atomic():
        kept, is_new = _note(user, _digest(key), content, now)
        if not is_new:
            return _again(kept, content)
        answer = act()
        kept.status, kept.body = answer.status_code, json.dumps(answer.data)
        kept.headers = dict(answer.items())
        kept.save()
    return answer


def forget(now: datetime) -> None:
    """Delete the answers that are older than anybody may ask for."""
    KeptAnswer.objects.made_before(now - ANSWERS_KEPT).delete()


def _key(request: Request, *, required: bool) -> str | None:
    key = request.headers.get(HEADER)
    if key is None and not required:
        return None
    # Without spaces and control characters, so that no proxy on the way makes it another one.
    if not key or len(key) > LONGEST_KEY or any(not "!" <= c <= "~" for c in key):
        sentence = _("Skicka huvudet %(header)s med en egen text av 1 till %(most)d tecken utan blanksteg.")
        raise wrong_parameter(HEADER, sentence % {"header": HEADER, "most": LONGEST_KEY})
    return key


def _note(user: User, key: str, content: str, now: datetime) -> tuple[KeptAnswer, bool]:
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(user=user, key_digest=key, request_digest=content, at=now), True
    except IntegrityError:
        return KeptAnswer.objects.get(user=user, key_digest=key), False


def _again(kept: KeptAnswer, content: str) -> Response:
    if kept.request_digest != content:
        sentence = _("Nyckeln i %s är redan använd till något annat. Skicka en ny nyckel för en ny begäran.")
        raise Problem(status.HTTP_422_UNPROCESSABLE_ENTITY, sentence % HEADER)
    return Response(json.loads(kept.body), status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def _content(request: Request) -> str:
    """What is asked for: where, and with which body, however its JSON was spaced."""
    return json.dumps([request.method, request.path, request.data], sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
