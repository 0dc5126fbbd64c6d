"""The shape of links, texts and sessions in the API. Numbers go out masked."""

from __future__ import annotations

from rest_framework import serializers

from streaming.states import FeedKind, FeedState, FeedTransport, SessionMode, SessionState, SmsStatus


class SendLinkIn(serializers.Serializer):
    number = serializers.CharField(max_length=40)
    mode = serializers.ChoiceField(choices=SessionMode.choices, default=SessionMode.VIDEO)
    locale = serializers.CharField(max_length=16, default="", allow_blank=True)
    consent = serializers.BooleanField(default=False, help_text="The caller agreed on the call to be sent the link.")
    reason = serializers.CharField(
        max_length=200, default="", allow_blank=True, help_text="Why this sort of link. Empty: the usual reason."
    )


class ResendLinkIn(serializers.Serializer):
    number = serializers.CharField(max_length=40, default="", allow_blank=True, help_text="Empty: the same number.")


class PreviewIn(serializers.Serializer):
    mode = serializers.ChoiceField(choices=SessionMode.choices, default=SessionMode.VIDEO)
    locale = serializers.CharField(max_length=16, default="", allow_blank=True)


class PreviewOut(serializers.Serializer):
    text = serializers.CharField()
    septets = serializers.IntegerField()
    limit = serializers.IntegerField()


class TextOut(serializers.Serializer):
    id = serializers.UUIDField()
    provider = serializers.CharField()
    attempt = serializers.IntegerField()
    status = serializers.ChoiceField(choices=SmsStatus.choices)
    reason = serializers.CharField(allow_blank=True)
    queued_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)


class LinkOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField(help_text="Masked.")
    open = serializers.BooleanField()
    claimed = serializers.BooleanField()
    fetched = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    close_reason = serializers.CharField(allow_blank=True)
    texts = TextOut(many=True)


class SessionOut(serializers.Serializer):
    """A `selectors.links.SessionRow`."""

    id = serializers.UUIDField(source="session.pk")
    incident = serializers.UUIDField(source="session.incident_id")
    state = serializers.ChoiceField(choices=SessionState.choices, source="session.state")
    state_words = serializers.CharField()
    failure_code = serializers.CharField(source="session.failure_code", allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]  # a field of this name hides the base's attribute
        source="session.source_label", allow_blank=True, help_text="Empty: a caller's phone; else the camera feed."
    )
    feed = serializers.UUIDField(source="session.feed_id", allow_null=True)
    trust_code = serializers.CharField(source="session.trust_code")
    mode = serializers.ChoiceField(choices=SessionMode.choices, source="session.mode")
    locale = serializers.CharField(source="session.locale", allow_blank=True)
    requested_at = serializers.DateTimeField(source="session.requested_at")
    opened_at = serializers.DateTimeField(source="session.opened_at", allow_null=True)
    camera_on_at = serializers.DateTimeField(source="session.camera_on_at", allow_null=True)
    live_at = serializers.DateTimeField(source="session.live_at", allow_null=True)
    ended_at = serializers.DateTimeField(source="session.ended_at", allow_null=True)
    end_reason = serializers.CharField(source="session.end_reason", allow_blank=True)
    exhibit = serializers.UUIDField(source="session.exhibit_id", allow_null=True)
    alarm = serializers.CharField(source="session.alarm", allow_blank=True)
    version = serializers.IntegerField(source="session.version")
    link = LinkOut(allow_null=True)
    can_resend = serializers.BooleanField()
    can_revoke = serializers.BooleanField()


class FeedOut(serializers.Serializer):
    """A `selectors.FeedRow`. Its address is the administrators' business."""

    id = serializers.UUIDField(source="feed.pk")
    name = serializers.CharField(source="feed.name")
    kind = serializers.ChoiceField(choices=FeedKind.choices, source="feed.kind")
    transport = serializers.ChoiceField(choices=FeedTransport.choices, source="feed.transport")
    enabled = serializers.BooleanField(source="feed.enabled")
    state = serializers.ChoiceField(choices=FeedState.choices, source="feed.state")
    state_at = serializers.DateTimeField(source="feed.state_at")
    reason = serializers.CharField(source="feed.reason", allow_blank=True)
    tries = serializers.IntegerField(source="feed.tries")
    retry_at = serializers.DateTimeField(source="feed.retry_at", allow_null=True)
    session = serializers.UUIDField(source="session.pk", allow_null=True, default=None)
    incident = serializers.UUIDField(source="session.incident_id", allow_null=True, default=None)
    version = serializers.IntegerField(source="feed.version")


class AttachFeedIn(serializers.Serializer):
    feed = serializers.UUIDField()


class ViewerTokenOut(serializers.Serializer):
    """Where a WHEP client posts its offer, and the bearer token it brings. The token is shown this once."""

    url = serializers.CharField()
    token = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="Until then watching may begin; what has begun goes on.")


class LedgerRunOut(serializers.Serializer):
    """Seconds `at` to `at + for`, counted from the line's start."""

    at = serializers.IntegerField()
    state = serializers.CharField(help_text="recorded, loss, phone, lost.")
    why = serializers.CharField(allow_blank=True, help_text="network, caller, engine, storage; empty when recorded.")
    frames = serializers.IntegerField(help_text="Frames missing, estimated.")
    kept = serializers.BooleanField(required=False, help_text="The phone has announced a piece that has it.")

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), "for": serializers.IntegerField()}  # a keyword of the language


class LedgerHoleOut(serializers.Serializer):
    """A stretch without picture, exactly, in epoch seconds."""

    to = serializers.FloatField()
    frames = serializers.IntegerField()
    why = serializers.CharField()
    phone = serializers.CharField(required=False, help_text="sent or kept: what the phone has of it.")

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), "from": serializers.FloatField()}


class LedgerOut(serializers.Serializer):
    """The gap ledger (docs/recording.md): one state for every second. Sealed with the film once the call is over."""

    start = serializers.IntegerField(help_text="Epoch second in which the line begins.")
    seconds = serializers.IntegerField()
    totals = serializers.DictField(child=serializers.IntegerField())
    runs = LedgerRunOut(many=True)
    holes = LedgerHoleOut(many=True)
    sealed = serializers.BooleanField()
    sha256 = serializers.CharField(allow_blank=True, help_text="Of the sealed exhibit item.")


class SessionDetailOut(SessionOut):
    ledger = LedgerOut()
