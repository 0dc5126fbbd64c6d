"""A process that records a film in real time and says which frame it has handed over: something to kill.

python -m tests.helpers.recording_process DIRECTORY CODEC
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from streaming.media.recorder import SessionRecorder
from tests.helpers.rtp import Sender, opus_packets
from tests.media.clips import clip


def main(directory: Path, codec: str) -> None:
    film = clip(codec, 120).frames
    recorder = SessionRecorder(directory, "5e551011", "417", emit=lambda fact: None, request_keyframe=lambda: None)
    start = time.time()
    recorder.start_join(peer_id="phone", video_codec=codec, audio=True, at=start)
    sender = Sender(codec, start=start, delay=0.0)
    sounds = opus_packets(len(film) * 2, start=start, delay=0.0)
    for number, data in enumerate(film):
        time.sleep(max(0.0, start + number / 30 - time.time()))
        for packet in sender.frame(number, data):
            recorder.video_packet(packet.seq, packet.timestamp, packet.marker, packet.payload, time.time())
        while sounds and sounds[0].arrival <= time.time():
            sound = sounds.pop(0)
            recorder.audio_packet(sound.seq, sound.timestamp, sound.payload, time.time())
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    recorder.close("handler")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
