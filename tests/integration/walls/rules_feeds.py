"""Who may do what with cameras that are no callers' phones. Senders and players are believed for a token alone."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.rule import DELETE, DESK, GET, NONE, ONE, OPENERS, PATCH, POST, WRITE, Rule, public

RULES: tuple[Rule, ...] = (
    Rule(GET, "streaming:feeds", "incident", DESK, 200, ONE),
    Rule(POST, "streaming:attach_feed", "incident", OPENERS, 302, WRITE, sent.camera),
    Rule(POST, "streaming:feed_again", "feed call", OPENERS, 302, WRITE),
    Rule(GET, "streaming_api:feeds", "", DESK, 200, ONE),
    Rule(POST, "streaming_api:incident_feeds", "incident", OPENERS, 201, WRITE, sent.api_camera),
    Rule(POST, "streaming_api:feed_again", "feed call", OPENERS, 200, WRITE, sent.nothing),
    Rule(POST, "streaming_api:viewer_token", "call", DESK, 201, WRITE, sent.nothing),
    # --- WHIP and WHEP: a sign-in opens nothing here
    public(POST, "streaming:whip", "feed", 401, NONE, sent.offer),
    public(PATCH, "streaming:whip_resource", "feed connection", 401, NONE, sent.offer),
    public(DELETE, "streaming:whip_resource", "feed connection", 401, NONE),
    public(POST, "streaming:whep", "call", 401, NONE, sent.offer),
    public(PATCH, "streaming:whep_resource", "call connection", 401, NONE, sent.offer),
    public(DELETE, "streaming:whep_resource", "call connection", 401, NONE),
)
