"""Names of the video pages and the caller's page."""

from django.urls import path

from streaming.views import caller, care, console, engines, feeds, phone, rewind, supervise, two_way, wall, whep, whip

app_name = "streaming"
urlpatterns = [
    path("video/incident/<uuid:incident_id>/", console.panel, name="panel"),
    path("video/incident/<uuid:incident_id>/link/", console.send_link, name="send_link"),
    path("video/<uuid:session_id>/", console.watch, name="watch"),
    path("video/service/", engines.overview, name="engines"),
    path("video/supervise/", supervise.supervise, name="supervise"),
    path("video/wall/", wall.wall, name="wall"),
    path("video/incident/<uuid:incident_id>/wall/", wall.wall, name="incident_wall"),
    path("video/<uuid:session_id>/resend/", console.resend, name="resend"),
    path("video/<uuid:session_id>/revoke/", console.revoke, name="revoke"),
    path("video/<uuid:session_id>/two-way/", two_way.ask, name="two_way"),
    path("video/<uuid:session_id>/two-way/stop/", two_way.stop, name="two_way_stop"),
    path("video/<uuid:session_id>/end/", console.end, name="end"),
    path("video/<uuid:session_id>/chat/", console.chat, name="chat"),
    path("video/<uuid:session_id>/snapshot/", console.snapshot, name="snapshot"),
    path("video/<uuid:session_id>/ledger/", rewind.ledger, name="ledger"),
    path("video/exhibits/<uuid:exhibit_id>/ledger/", rewind.exhibit_ledger, name="exhibit_ledger"),
    path("video/<uuid:session_id>/rewind/", rewind.start, name="rewind"),
    path("video/rewinds/<uuid:rewind_id>/", rewind.overview, name="rewind_overview"),
    path("video/rewinds/<uuid:rewind_id>/parts/<int:number>/", rewind.rows, name="rewind_rows"),
    path("video/rewinds/<uuid:rewind_id>/parts/<int:number>/film", rewind.film, name="rewind_film"),
    path("video/rewinds/<uuid:rewind_id>/stop/", rewind.stop, name="rewind_stop"),
    path("video/<uuid:session_id>/veil/", care.veil, name="veil"),
    path("video/look/", care.look, name="look"),
    path("video/wellbeing/", care.wellbeing, name="wellbeing"),
    path("video/<uuid:session_id>/hand-over/", care.hand_over, name="hand_over"),
    path("texts/", console.outbox, name="outbox"),
    path("video/incident/<uuid:incident_id>/feeds/", feeds.menu, name="feeds"),
    path("video/incident/<uuid:incident_id>/feed/", feeds.attach, name="attach_feed"),
    path("video/<uuid:session_id>/feed/again/", feeds.try_again, name="feed_again"),
    # no slash at the end: senders take these addresses as they are typed
    path("whip/<uuid:feed_id>", whip.endpoint, name="whip"),
    path("whip/<uuid:feed_id>/<slug:peer_id>", whip.resource, name="whip_resource"),
    path("whep/<uuid:session_id>", whep.endpoint, name="whep"),
    path("whep/<uuid:session_id>/<slug:peer_id>", whep.resource, name="whep_resource"),
    path("phone/exhibits/<uuid:exhibit_id>/", phone.exhibit, name="exhibit_phone"),
    path("phone/words/", phone.words, name="phone_words"),
    path("phone/<uuid:session_id>/", phone.pieces, name="phone_pieces"),
    path("phone/<uuid:session_id>/<uuid:piece_id>/", phone.piece, name="phone_piece"),
    path("v/<str:token>", caller.page, name="caller"),
    path("v/<str:token>/claim", caller.claim, name="claim"),
]
