"""Writes: one verb a function, `actor` first. Other apps use these names."""

from evidence.services.checking import Verdict, verify_exhibit, verify_item
from evidence.services.copying import add_working_copy, copy_out
from evidence.services.exhibits import open_exhibit, seal_exhibit
from evidence.services.items import NotStored, register_bytes, register_file, release_source

__all__ = [
    "NotStored",
    "Verdict",
    "add_working_copy",
    "copy_out",
    "open_exhibit",
    "register_bytes",
    "register_file",
    "release_source",
    "seal_exhibit",
    "verify_exhibit",
    "verify_item",
]
