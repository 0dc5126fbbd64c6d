"""The media engine: WebRTC in and out, forwarded packet by packet, recorded as it comes. It never imports Django."""

from streaming.native import path_of

__path__ = path_of(__name__, __path__)
