"""Cameras whose picture we fetch: RTSP, RTMP, SRT. FFmpeg reads them in a process of its own (`child`), which sends RTP
packets down a pipe; the engine (`puller`) takes them like a caller's. Nothing is decoded but sound that is not Opus."""

from streaming.native import path_of

__path__ = path_of(__name__, __path__)
