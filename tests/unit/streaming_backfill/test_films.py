"""Films are read by their structure, under limits, and garbage is never more than NotAFilm."""

from __future__ import annotations

import random
import struct

import pytest

from streaming import films
from tests.factories.films import box, element, mp4, webm


def test_what_a_browser_makes_is_measured() -> None:
    film = films.measure(webm(frames=90))
    assert (film.container, film.codecs, film.width, film.height) == ("webm", ["VP8"], 640, 480)
    assert film.seconds == pytest.approx(89 * 0.033)
    film = films.measure(mp4(seconds=3.0))
    assert (film.mime, film.codecs, film.width, film.height, film.seconds) == ("video/mp4", ["H264"], 640, 480, 3.0)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x1a\x45\xdf\xa3", b"GIF89a" + bytes(50), bytes(5000), webm(frames=0), webm(codec=b"V_UNCOMPRESSED"),
        webm(width=0), webm(width=9000), mp4(codec=b"mjpg"), mp4(size=0), mp4(width=0), webm()[:-1], mp4()[:-1],
        element(0x1A45DFA3, element(0x4282, b"evil")) + webm(), webm(codec=b"\xff\xfe"),
        box(b"ftyp", b"isom") + box(b"moov") + box(b"mdat", bytes(10)),
        b"\x00\x00\x00\x00ftypisom" + bytes(30), b"\x00\x00\x00\x01ftyp" + bytes(30),
        webm() + element(0xEC, b"") * (films.MAX_ELEMENTS + 1),
        box(b"ftyp", b"isom") + box(b"free") * (films.MAX_ELEMENTS + 1),
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_no_film_is_refused(data: bytes) -> None:
    with pytest.raises(films.NotAFilm):
        films.measure(data)


@pytest.mark.parametrize("film", [webm(frames=12), mp4(size=64)], ids=["webm", "mp4"])
def test_damage_anywhere_is_a_film_or_no_film_and_nothing_else(film: bytes) -> None:
    dice = random.Random(7)
    for _ in range(3000):
        data = bytearray(film)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        try:
            films.measure(bytes(data))
        except films.NotAFilm:
            continue


def test_lengths_that_lie_do_not_make_it_read_past_the_end() -> None:
    for size in (0xFFFFFFFF, 9, 7):
        with pytest.raises(films.NotAFilm):
            films.measure(box(b"ftyp", b"isom") + struct.pack(">I4s", size, b"moov"))
