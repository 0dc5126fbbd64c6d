"""The signalling sockets: the caller's page, a viewer's page and a partner's page (docs/signalling.md)."""

from streaming.consumers.caller import CallerConsumer
from streaming.consumers.guest import GuestConsumer
from streaming.consumers.watch import WatchConsumer

__all__ = ["CallerConsumer", "GuestConsumer", "WatchConsumer"]
