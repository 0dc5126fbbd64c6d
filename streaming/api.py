"""/api/v1/: links of an incident, and video sessions. Parse, one call, render."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import actor_of
from streaming import selectors
from streaming.selectors import ledgers
from streaming.selectors import links as reads
from streaming.serializers import (
    AttachFeedIn,
    FeedOut,
    LedgerOut,
    PreviewIn,
    PreviewOut,
    ResendLinkIn,
    SendLinkIn,
    SessionDetailOut,
    SessionOut,
    ViewerTokenOut,
)
from streaming.services import feeds, links, sessions, texts, whep


class IncidentLinks(APIView):
    """The sessions of one incident; POST starts one and texts its link."""

    @extend_schema(operation_id="incident_links_list", responses=SessionOut(many=True))
    def get(self, request: Request, incident_id: UUID) -> Response:
        rows = reads.incident_sessions(actor_of(request), incident_id)
        return Response(SessionOut(rows, many=True).data)

    @extend_schema(operation_id="incident_links_send", request=SendLinkIn, responses={201: SessionOut})
    def post(self, request: Request, incident_id: UUID) -> Response:
        given = SendLinkIn(data=request.data)
        given.is_valid(raise_exception=True)
        session = links.send_link(actor=actor_of(request), incident_id=incident_id, **given.validated_data)
        return _session(request, session.pk, status.HTTP_201_CREATED)


class LinkPreview(APIView):
    """The text as the caller will get it, before anything is sent."""

    @extend_schema(operation_id="link_preview", parameters=[PreviewIn], responses=PreviewOut)
    def get(self, request: Request) -> Response:
        given = PreviewIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        return Response(PreviewOut(texts.preview(actor_of(request), **given.validated_data)).data)


class Sessions(APIView):
    """The force's newest 200 sessions, newest first."""

    @extend_schema(
        operation_id="sessions_list",
        parameters=[OpenApiParameter("live", OpenApiTypes.BOOL, description="Only sessions that have not ended.")],
        responses=SessionOut(many=True),
    )
    def get(self, request: Request) -> Response:
        live = request.query_params.get("live", "").lower() in {"1", "true"}
        rows = reads.all_sessions(actor_of(request), live_only=live)
        return Response(SessionOut(rows, many=True).data)


class Session(APIView):
    """A session with its gap ledger."""

    @extend_schema(operation_id="sessions_get", responses=SessionDetailOut)
    def get(self, request: Request, session_id: UUID) -> Response:
        row = reads.get_session(actor_of(request), session_id, purpose="API")
        shown = ledgers.session_ledger(actor_of(request), session_id)
        ledger = {**shown.content, "sealed": shown.sealed, "sha256": shown.sha256}
        return Response(SessionOut(row).data | {"ledger": LedgerOut(ledger).data})


class ResendLink(APIView):
    """A new link for the same session; the old one stops working."""

    @extend_schema(operation_id="sessions_resend", request=ResendLinkIn, responses=SessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        given = ResendLinkIn(data=request.data)
        given.is_valid(raise_exception=True)
        links.resend_link(actor=actor_of(request), session_id=session_id, **given.validated_data)
        return _session(request, session_id)


class ExtendLink(APIView):
    """Keep the link, and so the call, open longer."""

    @extend_schema(operation_id="sessions_extend", request=None, responses=SessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        links.extend_link(actor=actor_of(request), session_id=session_id)
        return _session(request, session_id)


class RevokeLink(APIView):
    """Withdraw the link and end the call at once."""

    @extend_schema(operation_id="sessions_revoke", request=None, responses=SessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        links.revoke_link(actor=actor_of(request), session_id=session_id)
        return _session(request, session_id)


class EndSession(APIView):
    """End the call; its recording is sealed."""

    @extend_schema(operation_id="sessions_end", request=None, responses=SessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        sessions.end_session(actor=actor_of(request), session_id=session_id, reason="handler")
        return _session(request, session_id)


class Feeds(APIView):
    """The force's cameras besides callers' phones, and where each stands."""

    @extend_schema(operation_id="feeds_list", responses=FeedOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(FeedOut(selectors.feeds(actor_of(request)), many=True).data)


class IncidentFeeds(APIView):
    """Put a camera on an incident: a session of its own, recorded and watched like a caller's."""

    @extend_schema(operation_id="incident_feeds_attach", request=AttachFeedIn, responses={201: SessionOut})
    def post(self, request: Request, incident_id: UUID) -> Response:
        given = AttachFeedIn(data=request.data)
        given.is_valid(raise_exception=True)
        feed_id = given.validated_data["feed"]
        session = feeds.attach(actor=actor_of(request), feed_id=feed_id, incident_id=incident_id)
        return _session(request, session.pk, status.HTTP_201_CREATED)


class FeedAgain(APIView):
    """Try a camera again that waits for a person."""

    @extend_schema(operation_id="sessions_feed_again", request=None, responses=SessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        feeds.try_again(actor=actor_of(request), session_id=session_id)
        return _session(request, session_id)


class ViewerTokens(APIView):
    """A token to watch this session with a WHEP client instead of the page."""

    @extend_schema(operation_id="sessions_viewer_token", request=None, responses={201: ViewerTokenOut})
    def post(self, request: Request, session_id: UUID) -> Response:
        token, text = whep.mint_viewer_token(actor=actor_of(request), session_id=session_id)
        url = f"{settings.PUBLIC_URL}{reverse('streaming:whep', args=[session_id])}"
        out = ViewerTokenOut({"url": url, "token": text, "expires_at": token.expires_at})
        return Response(out.data, status=status.HTTP_201_CREATED)


def _session(request: Request, session_id: UUID, code: int = status.HTTP_200_OK) -> Response:
    row = reads.get_session(actor_of(request), session_id, purpose="API")
    return Response(SessionOut(row).data, status=code)
