"""The recorder: RTP packets of one session in, sealed parts and a timeline out (docs/recording.md, ADR 0004)."""

from streaming.native import path_of

__path__ = path_of(__name__, __path__)  # before anything of it is imported

from streaming.media.recorder.places import two_places
from streaming.media.recorder.playback import make_playback
from streaming.media.recorder.recovery import recover_directory
from streaming.media.recorder.room import ROOM
from streaming.media.recorder.seals import session_stopped
from streaming.media.recorder.session_recorder import SessionRecorder
from streaming.media.recorder.vitals import RecorderStatus

__all__ = [
    "ROOM",
    "RecorderStatus",
    "SessionRecorder",
    "make_playback",
    "recover_directory",
    "session_stopped",
    "two_places",
]
