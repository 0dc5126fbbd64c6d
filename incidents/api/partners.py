"""/api/v1/partners/: the door for other agencies' systems. Nobody signs in: the request's signature is the proof."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actors import Actor
from core.machine_door import let_in
from incidents import selectors, services
from incidents.serializers.partners import ReceiptOut

BODY_LIMIT = 256 * 1024  # bytes


class PartnerTransfers(APIView):
    """A partner's message, signed by RFC 9421, kept once by its id. 202 is the machine's receipt, no person's word."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="partner_transfers_send",
        auth=[],
        request={"application/json": OpenApiTypes.OBJECT, "application/cap+xml": OpenApiTypes.STR},
        responses={202: ReceiptOut},
    )
    def post(self, request: Request) -> Response:
        visitor = let_in(request._request, selectors.partner_key, limit=BODY_LIMIT)
        partner = visitor.owner
        receipt = services.take_message(
            actor=Actor.provider(partner.force_id, partner.name),
            partner=partner,
            content_type=visitor.content_type,
            body=visitor.body,
        )
        return Response(ReceiptOut(receipt).data, status=status.HTTP_202_ACCEPTED)
