"""The REST interface's ground: how its views behave, log-in by token, and the federations of a person."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from finsam_tracker.core.authentication import TokenAuthentication
from finsam_tracker.core.language import asked_language
from finsam_tracker.core.login.lockout import is_locked_out, minutes_locked
from finsam_tracker.core.login.two_step import has_second_step, is_right_code
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.problems import CONTENT_TYPE, TITLES, Problem
from finsam_tracker.core.tokens import issue_token, revoke_token

View = Callable[..., HttpResponseBase]


def private(view: View) -> View:
    """What is answered is for one person and not kept on the way."""
    return cache_control(private=True, no_store=True)(view)


class ProblemSerializer(serializers.Serializer[Any]):
    """An error, as problem details (RFC 9457). ``errors`` has the faults by field."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors: Any = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)


def problems(*codes: int) -> dict[tuple[int, str], OpenApiResponse]:
    """The errors of an operation, for its schema."""
    return {(code, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, TITLES[code]) for code in codes}


class ApiView(APIView):
    """OPTIONS tells the allowed methods and nothing else; REST framework would describe the view's code.

    Answers are in the language that ``Accept-Language`` asks for, where the program has it.
    """

    largest_body = 5 * 1024 * 1024

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # The middleware that chose the person's language puts the old one back after the answer.
        if asked := asked_language(request.headers.get("Accept-Language", "")):
            activate(asked)
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Content-Language"] = get_language() or settings.LANGUAGE_CODE
        patch_vary_headers(answer, ["Accept-Language"])
        return answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.largest_body:
            raise Problem(
                status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
                _("Begäran får vara högst %d megabyte. Dela upp den i flera.") % (self.largest_body // 2**20),
            )

    def options(self, request: Request, *_args: Any, **_kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return HttpResponse(status=status.HTTP_204_NO_CONTENT)


class LoginSerializer(serializers.Serializer[Any]):
    default_error_messages: ClassVar = {"invalid": gettext_lazy("Skicka ett JSON-objekt med email och password.")}

    email = serializers.CharField(
        max_length=254,
        error_messages={
            "required": gettext_lazy("Skriv din e-postadress."),
            "blank": gettext_lazy("Skriv din e-postadress."),
        },
    )
    password = serializers.CharField(
        max_length=1000,
        trim_whitespace=False,
        style={"input_type": "password"},
        error_messages={
            "required": gettext_lazy("Skriv ditt lösenord."),
            "blank": gettext_lazy("Skriv ditt lösenord."),
        },
    )

    code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class LoginView(ApiView):
    """Nobody is logged in here yet, so a token that has expired does not stand in the way of a new one."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="login",
        summary="Log in",
        description="Gives a token for the header `Authorization: Token …`. Whoever logs in with two steps sends "
        "the app's `code` too. After too many wrong passwords, log-in is closed for a while (429).",
        request=LoginSerializer,
        responses={200: TokenSerializer, **problems(400, 401, 403, 429)},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        given = LoginSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = authenticate(request, username=given.validated_data["email"], password=given.validated_data["password"])
        if is_locked_out(request):
            raise Problem(
                status.HTTP_429_TOO_MANY_REQUESTS, _("För många försök. Vänta %d minuter.") % minutes_locked()
            )
        if user is None:
            raise Problem(status.HTTP_401_UNAUTHORIZED, _("E-postadressen och lösenordet hör inte ihop."))
        _take_second_step(acting_user(user), given.validated_data["code"])
        token = issue_token(user)
        user_logged_in.send(sender=type(user), request=request, user=user)
        return Response(TokenSerializer(token).data)


def _take_second_step(user: User, code: str) -> None:
    """Raise a Problem unless the person has proved as much as on the web."""
    if has_second_step(user):
        if not is_right_code(user, code):
            raise Problem(status.HTTP_401_UNAUTHORIZED, _("Skicka också en gällande code ur appen för engångskoder."))
    elif settings.REQUIRE_TWO_STEP and user.needs_two_step:
        raise Problem(status.HTTP_403_FORBIDDEN, _("Logga in på webben och slå på tvåstegsinloggning först."))


class LogoutView(ApiView):
    authentication_classes = (TokenAuthentication,)

    @extend_schema(
        operation_id="logout",
        summary="Log out",
        description="Ends the token that the request is sent with.",
        request=None,
        responses={204: OpenApiResponse(description="The token is gone."), **problems(401)},
    )
    def post(self, request: Request) -> HttpResponse:
        revoke_token(request.auth)
        user_logged_out.send(sender=type(request.user), request=request, user=request.user)
        return HttpResponse(status=status.HTTP_204_NO_CONTENT)


class FederationSerializer(serializers.ModelSerializer[Federation]):
    class Meta:
        model = Federation
        fields = ["slug", "name"]


class FederationsView(ApiView):
    """By name. Empty for one who belongs to none, as operators do."""

    @extend_schema(
        operation_id="federations_list",
        summary="The federations you belong to",
        responses={200: FederationSerializer(many=True), **problems(401, 406)},
    )
    def get(self, request: Request) -> Response:
        federations = Federation.objects.visible_to(acting_user(request.user))
        return Response(FederationSerializer(federations, many=True).data)


class NowhereView(ApiView):
    """Every address under the interface that is none of its own, so that this error too is a problem."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
