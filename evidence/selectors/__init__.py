"""Reads: each takes the actor and writes its audit entry before it answers. Other apps use these names."""

from evidence.selectors.content import (
    OpenedFile,
    check_open,
    open_copy,
    open_item,
    open_playback,
    open_shared_playback,
    shared_playback_hash,
)
from evidence.selectors.exhibits import (
    ExhibitPage,
    PictureMoment,
    exhibits_page,
    get_exhibit,
    get_item,
    incident_exhibits,
    items_page,
    picture_moments,
    sealed_hash,
)
from evidence.selectors.kept import open_kept, read_kept

__all__ = [
    "ExhibitPage",
    "OpenedFile",
    "PictureMoment",
    "check_open",
    "exhibits_page",
    "get_exhibit",
    "get_item",
    "incident_exhibits",
    "items_page",
    "open_copy",
    "open_item",
    "open_kept",
    "open_playback",
    "open_shared_playback",
    "picture_moments",
    "read_kept",
    "sealed_hash",
    "shared_playback_hash",
]
