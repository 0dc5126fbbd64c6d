"""Every WebSocket."""

from core.routing import websocket_urlpatterns as core_sockets
from streaming.routing import websocket_urlpatterns as streaming_sockets

websocket_urlpatterns = [*core_sockets, *streaming_sockets]
