"""What an exhibit's page says, worked out of its rows: no queries, no rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evidence.models import ContinuityEvent, EvidenceItem, Exhibit, WorkingCopy
from evidence.states import PHONE_KINDS, Act, CopyPurpose, ExhibitState, ItemKind

_ICONS: dict[str, str] = {
    Act.OPENED: "video",
    Act.RECEIVED: "download",
    Act.STORED: "hash",
    Act.SEALED_ITEM: "lock",
    Act.SEALED: "shield-check",
    Act.COPIED: "copy",
    Act.VIEWED: "eye",
    Act.CHECKED: "check",
    Act.CHECK_FAILED: "alert",
    Act.STORE_FAILED: "alert",
    Act.REOPENED: "undo",
    Act.SOURCE_RELEASED: "x",
}
_BAD = frozenset({Act.CHECK_FAILED, Act.STORE_FAILED})


@dataclass(frozen=True)
class Line:
    """One line of the continuity list. `tone` is "", "good" or "live"."""

    at: datetime
    icon: str
    tone: str
    words: str
    detail: str
    by: str


@dataclass(frozen=True)
class Sheet:
    """`parts` are the masters of the recording, `others` what lies beside them (timeline, pictures)."""

    parts: list[EvidenceItem]
    others: list[EvidenceItem]
    playback: WorkingCopy | None
    picture: EvidenceItem | None
    captured_from: datetime | None
    captured_to: datetime | None
    size_bytes: int
    checked_at: datetime | None
    continuity: list[Line]
    kept_until: datetime | None
    locked: bool
    ledger: EvidenceItem | None  # the newest gap ledger of a recording
    small: WorkingCopy | None  # a photo from the public, made new from its pixels
    sent: bool  # a member of the public sent it: its master is saved as a file, never shown

    @property
    def played_from(self) -> int | None:
        """When the playback copy begins, ms since 1970: it joins the masters of its own container."""
        if self.playback is None:
            return None
        joined = [item for item in self.parts if item.kind == ItemKind.CALLER_VIDEO and item.mime == self.playback.mime]
        starts = [item.captured_start for item in joined if item.captured_start]
        return round(min(starts).timestamp() * 1000) if starts else None

    @property
    def all(self) -> list[EvidenceItem]:
        return self.parts + self.others

    @property
    def masters(self) -> int:
        return len(self.all)

    @property
    def phone(self) -> bool:
        """Whether the caller's phone sent film of its own."""
        return any(item.kind in PHONE_KINDS for item in self.all)


def sheet(exhibit: Exhibit) -> Sheet:
    """From an exhibit with its items, copies and continuity read."""
    items = list(exhibit.items.all())
    parts = [item for item in items if item.mime.startswith(("video/", "audio/"))]
    pictures = [item for item in items if item.kind in (ItemKind.SCREENSHOT, ItemKind.PHOTO) and item.is_sealed]
    views = [copy for copy in exhibit.copies.all() if copy.purpose == CopyPurpose.VIEW]
    plays = [copy for copy in views if not copy.mime.startswith("image/")]
    smaller = [copy for copy in views if copy not in plays]
    ledgers = [item for item in items if item.kind == ItemKind.LEDGER and item.is_sealed]
    starts = [item.captured_start for item in items if item.captured_start]
    ends = [item.captured_end for item in items if item.captured_end]
    checks = [item.checked_at for item in items if item.checked_at]
    return Sheet(
        parts=parts,
        others=[item for item in items if item not in parts],
        playback=max(plays, key=lambda copy: copy.made_at) if plays else None,
        picture=pictures[0] if pictures and not parts else None,
        captured_from=min(starts, default=None),
        captured_to=max(ends, default=None),
        size_bytes=sum(item.size_bytes for item in items),
        checked_at=max(checks, default=None),
        kept_until=min((item.worm_until for item in items if item.worm_until), default=None),
        continuity=[_line(event) for event in exhibit.continuity.all()],
        locked=exhibit.state == ExhibitState.LOCKED,
        ledger=max(ledgers, key=lambda item: item.part_number) if ledgers else None,
        small=smaller[0] if smaller else None,
        sent=any(item.kind == ItemKind.CALLER_UPLOAD for item in items),
    )


def _line(event: ContinuityEvent) -> Line:
    tone = (
        "live"
        if event.act in _BAD
        else "good"
        if event.act in (Act.STORED, Act.SEALED_ITEM, Act.SEALED, Act.CHECKED)
        else ""
    )
    return Line(
        at=event.at,
        icon=_ICONS.get(event.act, "check"),
        tone=tone,
        words=event.get_act_display(),
        detail=_detail(event),
        by=event.actor_label,
    )


def _detail(event: ContinuityEvent) -> str:
    """What the act was about: the file, why, and the first letters of the hash."""
    item = event.item
    about = f"{item.get_kind_display()}, part {item.part_number}" if item else ""
    hash_ = str(event.detail.get("sha256", ""))[:12]
    why = str(event.detail.get("purpose") or event.detail.get("reason") or event.detail.get("tool") or "")
    line = ", ".join(words for words in (about, why, f"hash {hash_}…" if hash_ else "") if words)
    return line[:1].upper() + line[1:]
