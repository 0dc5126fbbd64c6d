"""A camera whose every frame carries its own number in pixels, and the eyes that read it back.

The number is 16 bits, most significant first, as black and white squares in the top row: readable after scaling and
lossy coding. Written as an .mjpeg file for Chromium's `--use-file-for-fake-video-capture`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

BITS = 16
WIDTH, HEIGHT, FPS = 640, 480, 30
FRAMES = 1500  # fifty seconds, then the film begins again
CELL = WIDTH // BITS
READ_COUNTER_JS = """
(video) => {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  const cell = canvas.width / 16;
  let value = 0;
  for (let bit = 0; bit < 16; bit++) {
    const pixel = context.getImageData(Math.floor((bit + 0.5) * cell), Math.floor(cell / 2), 1, 1).data;
    value = value * 2 + (pixel[0] + pixel[1] + pixel[2] > 384 ? 1 : 0);
  }
  return value;
}
"""


def picture(number: int) -> np.ndarray:
    """Luma plane (HEIGHT, WIDTH) uint8: the number's squares above a moving grey scene."""
    diagonal = (64 + ((np.arange(WIDTH + HEIGHT) + number * 4) // 8) % 96).astype(np.uint8)
    plane = np.lib.stride_tricks.sliding_window_view(diagonal, WIDTH)[:HEIGHT].copy()  # plane[y, x] = diagonal[x + y]
    for bit in range(BITS):
        on = number >> (BITS - 1 - bit) & 1
        plane[:CELL, bit * CELL : (bit + 1) * CELL] = 235 if on else 16
    return plane


def write_mjpeg(path: Path, frames: int = FRAMES) -> Path:
    """`frames` numbered pictures as concatenated JPEGs; a camera that plays them starts again at 0 when they end."""
    import av

    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
    encoder.time_base, encoder.qmin, encoder.qmax = Fraction(1, FPS), 4, 4
    with path.open("wb") as file:
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="gray").reformat(format="yuvj420p")
            frame.pts = number
            for packet in encoder.encode(frame):
                file.write(bytes(packet))
    return path


def read_counter(luma: np.ndarray) -> int:
    """The number drawn in a decoded picture of any size."""
    width = luma.shape[1]
    cell = width / BITS
    row = luma[int(cell / 2)]
    value = 0
    for bit in range(BITS):
        value = value * 2 + int(row[int((bit + 0.5) * cell)] > 128)
    return value


def counters_of(path: Path) -> list[int]:
    """The numbers of every decodable frame of a recording, in order. Any decoding error fails."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [read_counter(frame.to_ndarray(format="gray")) for frame in container.decode(stream)]
