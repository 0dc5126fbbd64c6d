"""A camera made of FFmpeg 8, as PyAV brings it, in a process of its own: PyAV holds the lock while FFmpeg connects.

    python -m tests.helpers.ffmpeg_camera whip URL TOKEN PROFILE SOUND CERTIFICATE  sends with FFmpeg's WHIP muxer
    python -m tests.helpers.ffmpeg_camera rtmp PORT PROFILE SOUND  serves one client, as `ffmpeg -listen 1` does

Pictures have their number in them, 30 a second for 20 s. PROFILE "main" has B-frames; SOUND is "aac", "libopus"
or "none"; CERTIFICATE is "given" (on P-256, by FFmpeg's options, as in docs/feeds.md) or "own": FFmpeg 8.1 with GnuTLS
makes one on secp224r1, which it was not offered and which RFC 8422 section 5.1.1 has withdrawn.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from aiortc import RTCCertificate
from av.codec.context import Flags
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.media.clips import draw

PICTURES = 600


def send(out: Any, profile: str, sound: str = "none") -> None:
    video = out.add_stream("libx264", rate=30)
    video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
    video.codec_context.gop_size = 15
    late = {"bf": "2", "b_adapt": "0"} if profile == "main" else {"tune": "zerolatency", "bf": "0"}
    video.codec_context.options = {"profile": profile, "preset": "ultrafast", "level": "31", **late}
    voice = None if sound == "none" else out.add_stream(sound, rate=48000, layout="stereo")
    for stream in filter(None, (video, voice)):
        stream.codec_context.flags |= Flags.global_header
    began = time.monotonic()
    for number in range(PICTURES):
        time.sleep(max(0.0, began + number / 30 - time.monotonic()))
        frame = draw(number, 320, 240).reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 30)
        for packet in video.encode(frame):
            out.mux(packet)
        if voice is not None:
            for packet in voice.encode(silence(number, voice.format.name)):
                out.mux(packet)


def silence(number: int, form: str) -> av.AudioFrame:
    """The sound of one picture."""
    frame = av.AudioFrame(format=form, layout="stereo", samples=1600)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate, frame.pts, frame.time_base = 48000, number * 1600, Fraction(1, 48000)
    return frame


def certificate(folder: Path) -> dict[str, str]:
    """A certificate on P-256 and its key, as options of FFmpeg."""
    made = RTCCertificate.generateCertificate()
    key, cert = folder / "key.pem", folder / "cert.pem"
    key.write_bytes(made._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    cert.write_bytes(made._cert.public_bytes(Encoding.PEM))
    return {"key_file": str(key), "cert_file": str(cert)}


def main() -> None:
    what, *words = sys.argv[1:]
    with contextlib.suppress(BrokenPipeError):  # whoever fetched has hung up
        if what == "whip":
            url, token, profile, sound, whose = words
            with tempfile.TemporaryDirectory() as folder:
                options = {"authorization": token} | (certificate(Path(folder)) if whose == "given" else {})
                with av.open(url, "w", format="whip", options=options) as out:
                    send(out, profile, sound)
        else:
            port, profile, sound = words
            # PyAV opens a file without options; FFmpeg's tee hands them on
            url = f"[f=flv:listen=1:timeout=30]rtmp://127.0.0.1:{port}/live/hawk"
            with av.open(url, "w", format="tee") as out:
                send(out, profile, sound)


if __name__ == "__main__":
    main()
