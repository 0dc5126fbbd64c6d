"""Writes: one verb a function, `actor` first. Other apps use these names."""

from evidence.services.checking import Verdict, verify_exhibit, verify_item
from evidence.services.copying import add_working_copy, copy_out
from evidence.services.examining import HEAD, Examined, NotTaken, examine, mime_of, small_copy
from evidence.services.exhibits import open_exhibit, seal_exhibit
from evidence.services.items import NotStored, register_bytes, register_file, release_source
from evidence.services.kept import PICTURE_LIMIT, keep_file
from evidence.services.pictures import JPEG, Picture, mark_picture, read_picture, reduce_picture

__all__ = [
    "HEAD",
    "JPEG",
    "PICTURE_LIMIT",
    "Examined",
    "NotStored",
    "NotTaken",
    "Picture",
    "Verdict",
    "add_working_copy",
    "copy_out",
    "examine",
    "keep_file",
    "mark_picture",
    "mime_of",
    "open_exhibit",
    "read_picture",
    "reduce_picture",
    "register_bytes",
    "register_file",
    "release_source",
    "seal_exhibit",
    "small_copy",
    "verify_exhibit",
    "verify_item",
]
