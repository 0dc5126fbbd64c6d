"""Names of the video pages and the caller's page."""

from django.urls import path

from streaming.views import caller, console

app_name = "streaming"
urlpatterns = [
    path("video/incident/<uuid:incident_id>/", console.panel, name="panel"),
    path("video/incident/<uuid:incident_id>/link/", console.send_link, name="send_link"),
    path("video/<uuid:session_id>/", console.watch, name="watch"),
    path("video/<uuid:session_id>/resend/", console.resend, name="resend"),
    path("video/<uuid:session_id>/revoke/", console.revoke, name="revoke"),
    path("video/<uuid:session_id>/end/", console.end, name="end"),
    path("video/<uuid:session_id>/chat/", console.chat, name="chat"),
    path("video/<uuid:session_id>/snapshot/", console.snapshot, name="snapshot"),
    path("texts/", console.outbox, name="outbox"),
    path("v/<str:token>", caller.page, name="caller"),
    path("v/<str:token>/claim", caller.claim, name="claim"),
]
