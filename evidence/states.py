"""Codes and lifecycles of evidence, as data. `docs/states/` is drawn from the transition tables."""

from __future__ import annotations

from django.db import models


class ExhibitState(models.TextChoices):
    COLLECTING = "COLLECTING", "Collecting"
    SEALED = "SEALED", "Sealed"
    LOCKED = "LOCKED", "Check failed, locked"


INITIAL_EXHIBIT_STATE = ExhibitState.COLLECTING
EXHIBIT_TRANSITIONS: dict[str, frozenset[str]] = {
    ExhibitState.COLLECTING: frozenset({ExhibitState.SEALED, ExhibitState.LOCKED}),
    # Back to collecting only for what a restart found on the disk, or the caller's phone sent later.
    ExhibitState.SEALED: frozenset({ExhibitState.COLLECTING, ExhibitState.LOCKED}),
    ExhibitState.LOCKED: frozenset(),
}


class ItemState(models.TextChoices):
    RECEIVED = "RECEIVED", "Received"
    STORED = "STORED", "Stored"
    SEALED = "SEALED", "Sealed"
    FAILED = "FAILED", "Not stored"


INITIAL_ITEM_STATE = ItemState.RECEIVED
ITEM_TRANSITIONS: dict[str, frozenset[str]] = {
    ItemState.RECEIVED: frozenset({ItemState.STORED, ItemState.FAILED}),
    ItemState.STORED: frozenset({ItemState.STORED, ItemState.SEALED, ItemState.FAILED}),
    ItemState.FAILED: frozenset({ItemState.STORED, ItemState.FAILED}),
    ItemState.SEALED: frozenset(),
}


class ItemKind(models.TextChoices):
    """STANDARDS 9.3, and the sidecar of a live recording."""

    CALLER_VIDEO = "caller_video", "Caller live video"
    TIMELINE = "timeline", "Recording timeline"
    LEDGER = "ledger", "Gap ledger"  # second by second, what was recorded and what was not, and why
    RECORDING_TAIL = "recording_tail", "Recording, damaged end"  # what a repair after a crash cut off
    # Recorded on the caller's phone while its connection was down, sent later.
    PHONE_VIDEO = "phone_video", "Recorded on the phone"  # the hash was announced before, and is equal
    PHONE_UNANNOUNCED = "phone_unannounced", "Recorded on the phone, hash not announced before"
    PHONE_DIFFERS = "phone_differs", "From the phone, not what its announced hash says"
    SCREENSHOT = "screenshot", "Screenshot"
    CALLER_UPLOAD = "caller_upload", "Caller upload"
    STATEMENT_VIDEO = "statement_video", "Statement video"
    BWV = "bwv", "Body-worn video"
    DRONE = "drone", "Drone"
    CCTV = "cctv", "CCTV"
    PHOTO = "photo", "Photograph"
    AUDIO_NOTE = "audio_note", "Audio note"
    DASHCAM = "dashcam", "Dashcam"
    DOCUMENT = "document", "Document"
    AUDIO_999 = "audio_999", "999 audio"


#: Kinds that the phone sent afterwards; those of `FLAGGED_KINDS` are kept and shown, and prove nothing by themselves.
PHONE_KINDS = frozenset({ItemKind.PHONE_VIDEO, ItemKind.PHONE_UNANNOUNCED, ItemKind.PHONE_DIFFERS})
FLAGGED_KINDS = frozenset({ItemKind.PHONE_UNANNOUNCED, ItemKind.PHONE_DIFFERS})


class CopyPurpose(models.TextChoices):
    """Why a working copy was made (STANDARDS 9.3)."""

    VIEW = "view", "Playback"
    CLIP = "clip", "Clip"
    REDACT = "redact", "Redaction"
    TRANSCRIPT = "transcript", "Transcript"
    ENHANCE = "enhance", "Enhancement"


class Act(models.TextChoices):
    """What happened to an exhibit; one continuity entry each."""

    OPENED = "OPENED", "Opened"
    RECEIVED = "RECEIVED", "Received"
    STORED = "STORED", "Hashed, read back from store"
    SEALED_ITEM = "SEALED_ITEM", "Locked in store"
    STORE_FAILED = "STORE_FAILED", "Not stored"
    SEALED = "SEALED", "Sealed"
    REOPENED = "REOPENED", "Opened again for what came later"
    SOURCE_RELEASED = "SOURCE_RELEASED", "Source file removed after the stored copy matched"
    COPIED = "COPIED", "Working copy made"
    VIEWED = "VIEWED", "Viewed"
    CHECKED = "CHECKED", "Checked, unchanged"
    CHECK_FAILED = "CHECK_FAILED", "Check failed"


VIEWING_MINUTES = 10  # requests of one person for one file within this time are one viewing
SNAPSHOT_LIMIT = 5 * 1024 * 1024  # bytes
