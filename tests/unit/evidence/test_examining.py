"""What the public sends is judged by its bytes alone: photos and films are taken, the rest is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from evidence.services import NotTaken, examine, mime_of, small_copy
from evidence.services.examining import HEAD, WORDS
from tests.factories import uploads as make


def put(folder: Path, data: bytes, name: str = "from-the-phone.bin") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "mime", "shown"),
    [
        (make.jpeg(), "image/jpeg", True), (make.png(), "image/png", True), (make.two_in_one(), "image/jpeg", True),
        (make.heic(), "image/heic", False), (make.film(), "video/mp4", False), (make.film(b"isom"), "video/mp4", False),
        (make.film(b"qt  "), "video/quicktime", False), (make.film(b"3gp5"), "video/3gpp", False),
        (make.webm(), "video/webm", False), (make.jpeg() + make.film(), "image/jpeg", True),
    ],
)  # fmt: skip
def test_what_phones_make_is_taken_whatever_it_is_called(tmp_path, data, mime, shown) -> None:
    found = examine(put(tmp_path, data, "invoice.exe"))
    assert (found.mime, found.shown) == (mime, shown)
    assert mime_of(data[:HEAD]) == mime


@pytest.mark.parametrize(
    "data",
    [
        make.SVG, make.PAGE, b'<?xml version="1.0"?>' + make.SVG, make.archive(), b"%PDF-1.7\n", b"MZ" + bytes(200),
        b"\x7fELF" + bytes(200), b"GIF89a" + bytes(200), b"#!/bin/sh\n", b"", b"\xff\xd8", b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x18ftypevil" + bytes(40), bytes(4000),
    ],
)  # fmt: skip
def test_what_is_no_photo_and_no_film_is_refused_by_its_first_bytes(tmp_path, data) -> None:
    with pytest.raises(NotTaken) as refused:
        examine(put(tmp_path, data, "IMG_2044.jpg"))
    assert (refused.value.code, refused.value.message) == ("type", WORDS["type"])


def commented(words: bytes) -> bytes:
    photo = make.jpeg()
    return photo[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + photo[2:]


@pytest.mark.parametrize(
    "data",
    [
        commented(make.PAGE), commented(make.SVG), commented(b"<?php system($_GET[0]);"), commented(b"%PDF-1.7 1 0"),
        make.jpeg() + make.archive(), make.png() + make.PAGE, make.film() + make.archive(), make.jpeg() + b"<SCRIPT >x",
        make.film()[:-60] + b"<iframe src=//x>" + bytes(44),
    ],
)  # fmt: skip
def test_a_file_that_is_two_things_at_once_is_refused(tmp_path, data) -> None:
    with pytest.raises(NotTaken) as refused:
        examine(put(tmp_path, data))
    assert refused.value.code == "hidden"


@pytest.mark.parametrize(
    "data",
    [
        make.jpeg()[:2000], b"\xff\xd8\xff" + bytes(3000), make.png()[:40], make.film()[:-1], make.film() + b"more",
        make.film()[:24], make.heic()[:30], make.webm() + b"more", make.webm()[:12],
        b"\x1a\x45\xdf\xa3" + bytes(60), b"\x1a\x45\xdf\xa3\x84abcd", b"\0\0\0\x18ftypmp42" + b"\xff" * 90,
    ],
)  # fmt: skip
def test_what_is_cut_short_or_runs_on_is_refused(tmp_path, data) -> None:
    with pytest.raises(NotTaken) as refused:
        examine(put(tmp_path, data))
    assert refused.value.code == "broken"


def test_a_picture_bomb_is_never_opened(tmp_path) -> None:
    with pytest.raises(NotTaken) as refused:
        examine(put(tmp_path, make.bomb()))
    assert refused.value.code == "pixels"


def test_a_photo_of_many_pixels_is_taken_and_not_decoded(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("evidence.services.examining.PIXEL_LIMIT", 1000)
    assert examine(put(tmp_path, make.png())).shown is False


def test_the_copy_for_screens_is_new_and_says_nothing_of_the_place(tmp_path) -> None:
    photo = make.jpeg(size=(3200, 2400))
    copy = small_copy(put(tmp_path, photo))
    with Image.open(io.BytesIO(copy)) as image:
        assert (image.size, dict(image.getexif())) == ((1600, 1200), {})
    assert b"Phonemaker" in photo
    assert b"Phonemaker" not in copy
