"""The two signalling sockets: the caller's page and a viewer's page (docs/signalling.md)."""

from streaming.consumers.caller import CallerConsumer
from streaming.consumers.watch import WatchConsumer

__all__ = ["CallerConsumer", "WatchConsumer"]
