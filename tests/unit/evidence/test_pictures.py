"""What people send as a picture is decoded, made small without metadata, and marked for who looks."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from core.errors import Invalid
from evidence.services import mark_picture, read_picture, reduce_picture
from tests.factories.pictures import bomb, moving, picture, with_secrets


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_is_what_its_bytes_are(kind, mime):
    found = read_picture(picture(120, 90, kind))
    assert (found.mime, found.width, found.height) == (mime, 120, 90)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"\xff\xd8\xff" + b"\0" * 500,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        b"GIF89a" + b"\0" * 40,
        picture()[:900],
        picture(kind="PNG")[:200],
        picture(kind="GIF"),
        picture(kind="TIFF"),
        b"MZ" + b"\0" * 200,
    ],
    ids=["empty", "svg", "head", "pnghead", "gifhead", "cut", "cutpng", "gif", "tiff", "program"],
)
def test_what_is_no_picture_is_refused_with_what_to_send(data):
    with pytest.raises(Invalid, match="JPEG, PNG or WebP"):
        read_picture(data)


def test_bombs_films_and_giants_are_refused_before_they_cost_anything():
    for data, words in (
        (bomb(), "pixels"),
        (bomb(8_000, 6_000), "pixels"),
        (moving(), "move"),
        (b"\0" * (10 * 1024 * 1024 + 1), "10 MB"),
    ):
        with pytest.raises(Invalid, match=words):
            read_picture(data)


def test_a_small_copy_is_upright_and_says_nothing_else():
    original = with_secrets(300, 200)
    assert b"Secret" in original
    assert (read_picture(original).width, read_picture(original).height) == (200, 300)
    small = reduce_picture(original, width=100)
    assert b"Secret" not in small
    with Image.open(io.BytesIO(small)) as image:
        assert (image.format, image.size) == ("JPEG", (100, 150))
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_small_picture_is_not_blown_up_and_transparency_is_white():
    see_through = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(see_through, "PNG")
    with Image.open(io.BytesIO(reduce_picture(see_through.getvalue(), width=640))) as image:
        assert image.size == (40, 40)
        assert min(image.convert("L").getextrema()) > 250


@pytest.mark.parametrize("width", [160, 320, 640])
def test_the_mark_is_in_the_pixels_all_over_and_says_who(width):
    source = picture()
    plain = Image.open(io.BytesIO(reduce_picture(source, width=width)))
    marked = Image.open(io.BytesIO(mark_picture(source, "5127 21/11/2026 14:36", width=width)))
    assert marked.size == plain.size
    changed = ImageChops.difference(plain, marked).convert("L").point(lambda value: 255 if value > 12 else 0)
    third = marked.height // 3
    for part in range(3):
        assert changed.crop((0, part * third, marked.width, (part + 1) * third)).getbbox()
    assert mark_picture(source, "5127 21/11/2026 14:36", width=width) != mark_picture(source, "7741", width=width)
