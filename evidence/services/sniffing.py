"""What bytes are, by their first few: a picture must be what it says it is."""

from __future__ import annotations

from core.errors import Invalid

_PICTURES = {
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
}


def check_picture(data: bytes, mime: str, *, limit: int) -> None:
    """Raise Invalid (picture) unless `data` is a JPEG, PNG or WebP of at most `limit` bytes and `mime` says which."""
    if len(data) > limit:
        raise Invalid(fields={"picture": f"The picture is larger than {limit // (1024 * 1024)} MB."})
    looks_like = _PICTURES.get(mime)
    if looks_like is None or not looks_like(data[:16]):
        raise Invalid(fields={"picture": "Send a JPEG, PNG or WebP picture."})
