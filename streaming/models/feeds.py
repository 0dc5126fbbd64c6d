"""Cameras of the force besides callers' phones: drones, body-worn, fixed and vehicle cameras; tokens of their viewers.

A feed is registered once and attached to an incident when it is needed; each time it opens a VideoSession of its own.
Secrets are never stored in the open: a bearer token as its SHA-256, a camera's password sealed under the server's key.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import FeedKind, FeedState, FeedTransport

_SHA256 = RegexValidator(r"^[0-9a-f]{64}\Z")


class Feed(ForceOwned):
    """One camera and how its picture comes: it is sent to us (WHIP, with a token) or fetched (an address)."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=FeedKind.choices)
    transport = models.CharField(max_length=4, choices=FeedTransport.choices)
    address = models.CharField(max_length=300, blank=True)  # of what is fetched, without name and password
    sealed_login = models.CharField(max_length=500, blank=True)  # "name:password" or a passphrase (streaming.tokens)
    token_hash = models.CharField(max_length=64, blank=True, validators=[_SHA256])  # of what is sent to us
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=8, choices=FeedState.choices, default=FeedState.IDLE)
    state_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=20, blank=True)  # why there is no picture: key of services.feeds.REASONS
    tries = models.PositiveIntegerField(default=0)  # in vain, since the last picture
    retry_at = models.DateTimeField(null=True, blank=True)  # when the next try begins
    version = models.PositiveIntegerField(default=1)  # +1 at every change that is announced

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["force", "name"], name="feed_name_once_per_force"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="feed_token_once"),
            models.CheckConstraint(condition=Q(kind__in=FeedKind.values), name="feed_kind_known"),
            models.CheckConstraint(condition=Q(transport__in=FeedTransport.values), name="feed_transport_known"),
            models.CheckConstraint(condition=Q(state__in=FeedState.values), name="feed_state_known"),
            models.CheckConstraint(
                condition=Q(transport=FeedTransport.WHIP, address="", sealed_login="") & ~Q(token_hash="")
                | ~Q(transport=FeedTransport.WHIP) & ~Q(address="") & Q(token_hash=""),
                name="feed_has_token_or_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def is_pulled(self) -> bool:
        """Whether we fetch the picture, rather than being sent it."""
        return self.transport != FeedTransport.WHIP


class ViewerToken(ForceOwned):
    """Lets one person watch one session with a client that is not a browser (WHEP). Shown once, short-lived."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="viewer_tokens")
    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, validators=[_SHA256])
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="viewer_token_ends_after_start"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
