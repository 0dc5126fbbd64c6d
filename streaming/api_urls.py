"""Links and sessions under /api/v1/."""

from __future__ import annotations

from django.urls import path

from streaming import api

app_name = "streaming_api"

urlpatterns = [
    path("incidents/<uuid:incident_id>/links/", api.IncidentLinks.as_view(), name="incident_links"),
    path("incidents/<uuid:incident_id>/feeds/", api.IncidentFeeds.as_view(), name="incident_feeds"),
    path("feeds/", api.Feeds.as_view(), name="feeds"),
    path("links/preview/", api.LinkPreview.as_view(), name="link_preview"),
    path("sessions/", api.Sessions.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>/", api.Session.as_view(), name="session"),
    path("sessions/<uuid:session_id>/resend/", api.ResendLink.as_view(), name="resend"),
    path("sessions/<uuid:session_id>/extend/", api.ExtendLink.as_view(), name="extend"),
    path("sessions/<uuid:session_id>/revoke/", api.RevokeLink.as_view(), name="revoke"),
    path("sessions/<uuid:session_id>/feed/again/", api.FeedAgain.as_view(), name="feed_again"),
    path("sessions/<uuid:session_id>/viewer-token/", api.ViewerTokens.as_view(), name="viewer_token"),
    path("sessions/<uuid:session_id>/end/", api.EndSession.as_view(), name="end"),
]
