"""Lifecycles of the video call as data: the states of a session and of a text message, and who may follow whom.

Nothing here touches a database. `services.progress.advance` is the only code that moves a session, and it asks
`may_move`; the diagram in the docs is made from `SESSION_TRANSITIONS`.
"""

from __future__ import annotations

from django.db import models


class SessionState(models.TextChoices):
    """Where a video session stands, in the order a handler sees it on the console."""

    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    OPENED = "opened", "Opened"
    CAMERA_ON = "camera_on", "Camera on"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"
    FAILED = "failed", "Failed"


#: What a handler chooses for a caller who must not be seen or heard: live video on a disguised, silent page.
COVERT_MODE = "covert"


class SessionMode(models.TextChoices):
    """What the caller is asked for."""

    VIDEO = "video", "Location and live video"
    LOCATION = "location", "Location only"
    UPLOAD = "upload", "Location and upload"


_S = SessionState

# A phone network reports late and out of order: the caller may tap before "delivered" arrives, so every step may
# jump forward. FAILED is about the text only (nobody fails once the link is open) and is not the end: a text that
# was given up may still arrive. ENDED is final.
SESSION_TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    _S.QUEUED: frozenset({_S.SENT, _S.DELIVERED, _S.OPENED, _S.CAMERA_ON, _S.LIVE, _S.ENDED, _S.FAILED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.OPENED, _S.CAMERA_ON, _S.LIVE, _S.ENDED, _S.FAILED}),
    _S.DELIVERED: frozenset({_S.OPENED, _S.CAMERA_ON, _S.LIVE, _S.ENDED}),
    _S.OPENED: frozenset({_S.CAMERA_ON, _S.LIVE, _S.ENDED}),
    _S.CAMERA_ON: frozenset({_S.LIVE, _S.ENDED}),
    _S.LIVE: frozenset({_S.ENDED}),
    _S.ENDED: frozenset(),
    _S.FAILED: frozenset({_S.DELIVERED, _S.OPENED, _S.ENDED}),
}

# Sending a new link starts the row again. Not once the camera is on: end that call first.
RESENDABLE: frozenset[SessionState] = frozenset({_S.QUEUED, _S.SENT, _S.DELIVERED, _S.OPENED, _S.FAILED})

# The caller has the page open and is not finished.
WITH_CALLER: frozenset[SessionState] = frozenset({_S.OPENED, _S.CAMERA_ON, _S.LIVE})

FIRST_STATE = _S.QUEUED
FINAL_STATES: frozenset[SessionState] = frozenset({_S.ENDED})


def may_move(old: str, new: str) -> bool:
    """True when the table allows `old` → `new`; staying put is not a move."""
    return SessionState(new) in SESSION_TRANSITIONS[SessionState(old)]


class SmsStatus(models.TextChoices):
    """Where one text message stands with one provider."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Handed to the provider"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Not sent: the link ended first"


_M = SmsStatus

SMS_TRANSITIONS: dict[SmsStatus, frozenset[SmsStatus]] = {
    _M.QUEUED: frozenset({_M.SENDING, _M.SENT, _M.DELIVERED, _M.FAILED, _M.CANCELLED}),
    _M.SENDING: frozenset({_M.SENT, _M.DELIVERED, _M.FAILED, _M.CANCELLED}),
    _M.SENT: frozenset({_M.DELIVERED, _M.FAILED}),
    _M.FAILED: frozenset({_M.DELIVERED}),  # given up after a timeout, arrived after all
    _M.DELIVERED: frozenset(),
    _M.CANCELLED: frozenset(),
}


def sms_may_move(old: str, new: str) -> bool:
    """True when a provider's report may move a message `old` → `new`: repeats and late reports change nothing."""
    return SmsStatus(new) in SMS_TRANSITIONS[SmsStatus(old)]


class FeedKind(models.TextChoices):
    """What carries a camera that is not a caller's phone."""

    DRONE = "drone", "Drone"
    BODY_WORN = "body_worn", "Body-worn camera"
    FIXED = "fixed", "Fixed camera"
    VEHICLE = "vehicle", "Vehicle camera"


class FeedTransport(models.TextChoices):
    """How a feed's picture comes to us."""

    WHIP = "whip", "Sent to us (WHIP)"
    RTSP = "rtsp", "Fetched (RTSP)"
    RTMP = "rtmp", "Fetched (RTMP)"
    SRT = "srt", "Fetched (SRT)"


class FeedState(models.TextChoices):
    """Where a feed stands."""

    IDLE = "idle", "Not on an incident"
    WAITING = "waiting", "Waiting for its picture"
    LIVE = "live", "Live"
    LOST = "lost", "Picture lost, trying again"
    REFUSED = "refused", "Cannot be opened"


_F = FeedState

# LOST comes back by itself; REFUSED needs a person: a wrong password tried again locks the camera.
FEED_TRANSITIONS: dict[FeedState, frozenset[FeedState]] = {
    _F.IDLE: frozenset({_F.WAITING}),
    _F.WAITING: frozenset({_F.LIVE, _F.LOST, _F.REFUSED, _F.IDLE}),
    _F.LIVE: frozenset({_F.LOST, _F.REFUSED, _F.IDLE}),
    _F.LOST: frozenset({_F.LIVE, _F.REFUSED, _F.WAITING, _F.IDLE}),
    _F.REFUSED: frozenset({_F.WAITING, _F.LIVE, _F.IDLE}),
}


class PartState(models.TextChoices):
    """Where one file of a recording stands on its way into the evidence store."""

    OPEN = "open", "Being written"
    SEALED = "sealed", "Final on the engine's disk"
    REGISTERED = "registered", "In the evidence store, read back"
    REMOVED = "removed", "In the evidence store, the engine's file removed"


_P = PartState

PART_TRANSITIONS: dict[PartState, frozenset[PartState]] = {
    _P.OPEN: frozenset({_P.SEALED}),
    _P.SEALED: frozenset({_P.REGISTERED}),
    _P.REGISTERED: frozenset({_P.REMOVED}),
    _P.REMOVED: frozenset(),
}


class RecordingProgress(models.TextChoices):
    """Where the recording of one session stands."""

    COLLECTING = "collecting", "May still grow"
    STOPPED = "stopped", "The engine has closed it"
    SEALED = "sealed", "Every part and the timeline registered, exhibit sealed"
    PLAYABLE = "playable", "Playback copy made"
    DONE = "done", "The engine's files removed"
    EMPTY = "empty", "Ended without a picture"


_R = RecordingProgress

# STOPPED → COLLECTING: an engine died, the recording was repaired, and the caller's phone came back.
RECORDING_TRANSITIONS: dict[RecordingProgress, frozenset[RecordingProgress]] = {
    _R.COLLECTING: frozenset({_R.STOPPED}),
    _R.STOPPED: frozenset({_R.COLLECTING, _R.SEALED, _R.EMPTY}),
    _R.SEALED: frozenset({_R.PLAYABLE}),
    _R.PLAYABLE: frozenset({_R.DONE}),
    _R.DONE: frozenset(),
    _R.EMPTY: frozenset(),
}


class PieceState(models.TextChoices):
    """Where one piece of film that the caller's phone recorded by itself stands on its way here."""

    ANNOUNCED = "announced", "On the phone, its hash is here"
    RECEIVING = "receiving", "On its way"
    RECEIVED = "received", "Here, hashed"
    REGISTERED = "registered", "In the evidence store, read back"
    REFUSED = "refused", "Not a film"
    WITHDRAWN = "withdrawn", "Deleted on the phone by the caller"
    ABANDONED = "abandoned", "Never sent"


_B = PieceState

# RECEIVING → RECEIVED is also how an upload ends that stood still for too long: what came is kept, as incomplete.
PIECE_TRANSITIONS: dict[PieceState, frozenset[PieceState]] = {
    _B.ANNOUNCED: frozenset({_B.RECEIVING, _B.RECEIVED, _B.REFUSED, _B.WITHDRAWN, _B.ABANDONED}),
    _B.RECEIVING: frozenset({_B.RECEIVED, _B.WITHDRAWN, _B.ABANDONED}),
    _B.RECEIVED: frozenset({_B.REGISTERED}),
    _B.REGISTERED: frozenset(),
    _B.REFUSED: frozenset(),
    _B.WITHDRAWN: frozenset(),
    _B.ABANDONED: frozenset(),
}


class UploadState(models.TextChoices):
    """Where a photo or film that the caller chose on the phone stands on its way here."""

    ANNOUNCED = "announced", "Chosen, its hash is here"
    RECEIVING = "receiving", "On its way"
    RECEIVED = "received", "Here, being checked"
    REGISTERED = "registered", "In the evidence store, read back"
    REFUSED = "refused", "Not taken"
    WITHDRAWN = "withdrawn", "Taken back by the caller"
    ABANDONED = "abandoned", "Never sent"


_U = UploadState

# RECEIVING → RECEIVED is also how an upload ends when its link ends first: what came is kept, as incomplete.
UPLOAD_TRANSITIONS: dict[UploadState, frozenset[UploadState]] = {
    _U.ANNOUNCED: frozenset({_U.RECEIVING, _U.REFUSED, _U.WITHDRAWN, _U.ABANDONED}),
    _U.RECEIVING: frozenset({_U.RECEIVED, _U.WITHDRAWN, _U.ABANDONED}),
    _U.RECEIVED: frozenset({_U.REGISTERED, _U.REFUSED}),
    _U.REGISTERED: frozenset(),
    _U.REFUSED: frozenset(),
    _U.WITHDRAWN: frozenset(),
    _U.ABANDONED: frozenset(),
}


class PieceVerdict(models.TextChoices):
    """What the bytes of a piece say about its announced hash. Only MATCHES is ever used without a warning."""

    NONE = "", "Not here yet"
    MATCHES = "matches", "Equal to the hash announced before"
    UNANNOUNCED = "unannounced", "No hash was announced before"
    DIFFERS = "differs", "Differs from the hash announced before"
    INCOMPLETE = "incomplete", "Not all of it came"


class Interrupted(models.TextChoices):
    """What of a connected phone is not there."""

    CAMERA = "camera", "Camera"
    MICROPHONE = "microphone", "Microphone"
    PAGE = "page", "Caller's page"


#: Why, as the engine (by what arrives) or the page (by its own tracks and frames) knows it.
INTERRUPTION_REASONS: dict[str, str] = {
    "hidden": "phone locked or in another app",
    "frozen": "frozen",
    "taken": "taken by a phone call or another app",
    "ended": "stopped by the phone",
    "no_frames": "no picture arrives",
    "still": "picture does not change: frozen, or the lens is covered",
    "muted": "muted by the caller",
    "silent": "silent",
    "no_sound": "no sound arrives",
}


class TwoWayState(models.TextChoices):
    """An officer's camera to a caller: nothing is shown before the caller has accepted."""

    ASKED = "asked", "Asked"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    ENDED = "ended", "Ended"


TWO_WAY_TRANSITIONS: dict[TwoWayState, frozenset[TwoWayState]] = {
    TwoWayState.ASKED: frozenset({TwoWayState.ACCEPTED, TwoWayState.REFUSED, TwoWayState.ENDED}),
    TwoWayState.ACCEPTED: frozenset({TwoWayState.ENDED}),
    TwoWayState.REFUSED: frozenset(),
    TwoWayState.ENDED: frozenset(),
}
TWO_WAY_OVER: tuple[TwoWayState, ...] = (TwoWayState.REFUSED, TwoWayState.ENDED)


def may_move_two_way(old: str, new: str) -> bool:
    """True when the table allows `old` → `new`."""
    return TwoWayState(new) in TWO_WAY_TRANSITIONS[TwoWayState(old)]


class GuestState(models.TextChoices):
    """Where a partner's link to one incident stands. Who watches at this moment is asked of the viewings."""

    INVITED = "invited", "Not opened"
    CODE_SENT = "code_sent", "Code sent"
    OPEN = "open", "Opened"
    ENDED = "ended", "Ended"
    REVOKED = "revoked", "Withdrawn"


_G = GuestState

# A second browser asks for a code of its own while the first is open: that does not close what is open.
GUEST_TRANSITIONS: dict[GuestState, frozenset[GuestState]] = {
    _G.INVITED: frozenset({_G.CODE_SENT, _G.ENDED, _G.REVOKED}),
    _G.CODE_SENT: frozenset({_G.OPEN, _G.ENDED, _G.REVOKED}),
    _G.OPEN: frozenset({_G.ENDED, _G.REVOKED}),
    _G.ENDED: frozenset(),
    _G.REVOKED: frozenset(),
}
GUEST_OVER: tuple[GuestState, ...] = (GuestState.ENDED, GuestState.REVOKED)


def may_move_guest(old: str, new: str) -> bool:
    """True when the table allows `old` → `new`."""
    return GuestState(new) in GUEST_TRANSITIONS[GuestState(old)]


class AgencyKind(models.TextChoices):
    """What sort of partner a guest works for."""

    AMBULANCE = "ambulance", "Ambulance"
    FIRE = "fire", "Fire and rescue"
    POLICE = "police", "Another force"
    COASTGUARD = "coastguard", "Coastguard"
    HIGHWAYS = "highways", "Highways"
    OTHER = "other", "Other"


class SharingBasis(models.TextChoices):
    """Why the law lets the force share it. The words are the force's data protection officer's to confirm."""

    LAW_ENFORCEMENT = "law_enforcement", "Law enforcement purpose (DPA 2018 Part 3)"
    VITAL_INTERESTS = "vital_interests", "To protect somebody's life"
    SAFEGUARDING = "safeguarding", "Safeguarding a child or an adult at risk"
    CIVIL_EMERGENCY = "civil_emergency", "Emergency or major incident (Civil Contingencies Act 2004)"


class GuestChannel(models.TextChoices):
    """How the link and its codes reach the guest."""

    SMS = "sms", "Text to a mobile"
    EMAIL = "email", "E-mail"


class VeilLevel(models.TextChoices):
    """How much of a picture a screen shows (exposure guard)."""

    COVERED = "covered", "Covered"
    SOFTENED = "softened", "Softened"
    CLEAR = "clear", "Clear"


class PromptKind(models.TextChoices):
    """What a handler asks of the caller's screen. Nothing of it can switch a microphone on."""

    POINT = "point", "Point and show"
    FLIP = "flip", "Turn the camera round"
    TORCH_ON = "torch_on", "Light on"
    TORCH_OFF = "torch_off", "Light off"
    QUALITY_LOW = "quality_low", "Smaller picture"
    QUALITY_FULL = "quality_full", "Full picture"
    HOLD = "hold", "Hold still"
    SILENCE = "silence", "Stop sending sound"


class PromptState(models.TextChoices):
    """How far it came: asked, on the caller's screen, and how it ended."""

    ASKED = "asked", "Not on the caller's screen yet"
    SEEN = "seen", "Seen by caller"
    DONE = "done", "Done"
    REFUSED = "refused", "The caller cannot or does not want to"
    IMPOSSIBLE = "impossible", "Not possible on this phone"
    WITHDRAWN = "withdrawn", "Withdrawn"


_ANSWERED = frozenset({PromptState.DONE, PromptState.REFUSED, PromptState.IMPOSSIBLE, PromptState.WITHDRAWN})
PROMPT_TRANSITIONS: dict[PromptState, frozenset[PromptState]] = {
    PromptState.ASKED: frozenset({PromptState.SEEN, *_ANSWERED}),
    PromptState.SEEN: _ANSWERED,
    PromptState.DONE: frozenset(),
    PromptState.REFUSED: frozenset(),
    PromptState.IMPOSSIBLE: frozenset(),
    PromptState.WITHDRAWN: frozenset(),
}
PROMPT_OPEN: tuple[PromptState, ...] = (PromptState.ASKED, PromptState.SEEN)


def may_move_prompt(old: str, new: str) -> bool:
    """True when the table allows `old` → `new`."""
    return PromptState(new) in PROMPT_TRANSITIONS[PromptState(old)]


class DescribedRole(models.TextChoices):
    """What the described person or vehicle is to the incident, as far as anybody knows."""

    SUSPECT = "suspect", "Suspect"
    VICTIM = "victim", "Victim"
    WITNESS = "witness", "Witness"
    OTHER = "other", "Other"
