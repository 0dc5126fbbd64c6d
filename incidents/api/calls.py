"""/api/v1/calls/: telephony systems tell of calls. Believed for a token of the force, never for a sign-in."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework import authentication, permissions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actors import request_ip
from incidents import services
from incidents.serializers.calls import CallEventIn, CallEventOut
from incidents.services import telephony


class TelephonyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer …`, a telephony connection's token."""

    def authenticate(self, request: Request) -> tuple[None, Any]:
        header = str(request.headers.get("Authorization", ""))
        return None, telephony.connection_of(header, request_ip(request._request))

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TelephonyScheme(OpenApiAuthenticationExtension):
    """The token of a telephony connection, shown once when it is made."""

    target_class = TelephonyAuthentication
    name = "telephony"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class Calls(APIView):
    """One event of one call, in any order, as often as it takes to be answered."""

    authentication_classes = (TelephonyAuthentication,)
    permission_classes = (permissions.AllowAny,)  # the token was asked for above: without one nobody comes here

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:  # before the token: there is nothing else here to be allowed
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(operation_id="calls_event", request=CallEventIn, responses={200: CallEventOut, 201: CallEventOut})
    def post(self, request: Request) -> Response:
        given = CallEventIn(data=request.data)
        given.is_valid(raise_exception=True)
        taken = services.take_event(
            actor=telephony.actor_of(cast(Any, request.auth)), told=services.Told(**given.validated_data)
        )
        taken.warnings.update(given.left_out)
        code = status.HTTP_201_CREATED if taken.new else status.HTTP_200_OK
        return Response(CallEventOut(taken).data, status=code)
