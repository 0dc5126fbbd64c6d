"""Writing the incident log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.dateparse import parse_datetime

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from core.realtime import publish
from incidents.events import LogAppended, incident_topic
from incidents.models import GENESIS, Incident, LogEntry
from incidents.permissions import check_log, check_view
from incidents.selectors.ids import as_client_key
from incidents.services.decisions import entry_words
from incidents.services.locks import lock_incident
from incidents.states import LOG_TEXT_LIMIT, TYPED_LOG_TYPES, LogChannel, LogType

_NO_CLOCK_BEFORE = 2000  # a terminal that lost its clock starts in 1970
_CLOCK_SLACK = timedelta(minutes=1)  # a terminal's clock may run ahead a little


def append_log(
    *,
    actor: Actor,
    incident_id: UUID | str,
    type: str,
    text: str,
    channel: str = LogChannel.TYPED,
    occurred_at: datetime | None = None,
    terminal_time: str = "",
    client_key: UUID | str | None = None,
    corrects_seq: int | None = None,
    decision: Mapping[str, str] | None = None,
    cites_seq: int | None = None,
    restricted: bool = False,
) -> LogEntry:
    """Add an entry and tell every open console.

    The same `client_key` on the same incident adds once and returns the first entry. `corrects_seq` makes it a
    correction. `terminal_time` is `occurred_at` as a terminal wrote it: when it cannot be, the words are kept all the
    same and another entry says what the terminal said. What a person types has one of TYPED_LOG_TYPES; the system's
    entries may have any. A closed incident still takes entries. A decision and its correction may have the fields of
    the National Decision Model (`decision`) and cite an entry about the picture. `restricted`: its words are for its
    author and whoever may read such; so are those of what corrects one. Raises NotFound, NotAllowed, Conflict, Invalid
    (type, text, channel, occurred_at, corrects_seq, cites_seq, fields of `decision`).
    """
    check_log(actor)
    if actor.kind == "user":
        check_view(actor)
    key = as_client_key(client_key)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if key is not None and (earlier := _same_key(actor, incident, key)) is not None:
            return earlier
        occurred, wrong = _by_terminal(terminal_time) if terminal_time else (_occurred(occurred_at), "")
        entry_type, corrected = _type_of(actor, incident, type, channel, corrects_seq)
        entry = write_entry(
            actor,
            incident,
            type=entry_type,
            text=entry_words(incident, entry_type, text, decision, cites_seq),
            channel=_channel_of(actor, channel),
            occurred_at=occurred,
            client_key=key,
            corrects=corrected,
            cites_seq=cites_seq,
            restricted=restricted or (corrected is not None and corrected.is_restricted),
        )
        if wrong:
            said = f"Entry {entry.seq} has the server's time. The terminal's clock said {wrong}: have it set right."
            write_entry(actor, incident, type=LogType.SYSTEM, text=said)
        audit.record(actor, AuditAction.ALTER, f"incidents.logentry:{entry.pk}", incident=str(incident.pk))
    return entry


def write_entry(
    actor: Actor,
    incident: Incident,
    *,
    type: str,
    text: str,
    channel: str = LogChannel.SYSTEM,
    occurred_at: datetime | None = None,
    client_key: UUID | None = None,
    corrects: LogEntry | None = None,
    cites_seq: int | None = None,
    restricted: bool = False,
) -> LogEntry:
    """Number, chain and store one entry of an incident this transaction has locked. For services of this app."""
    last = LogEntry.objects.filter(incident=incident).order_by("-seq").values("seq", "hash").first()
    moment = now()
    entry = LogEntry(
        force_id=incident.force_id,
        incident=incident,
        seq=last["seq"] + 1 if last else 1,
        entered_at=moment,
        occurred_at=occurred_at or moment,
        author_id=actor.user_id,
        author_label=actor.label[:100],
        author_role=actor.role_label[:200],
        terminal=(actor.terminal or actor.ip)[:100],
        channel=channel,
        type=type,
        text=text,
        corrects=corrects,
        corrects_seq=corrects.seq if corrects else None,
        cites_seq=cites_seq,
        restricted=restricted,
        client_key=client_key or (uuid4() if restricted else None),
        prev_hash=last["hash"] if last else GENESIS,
    )
    entry.hash = entry.compute_hash()
    entry.save(force_insert=True)
    publish(
        LogAppended(incident=incident.pk, entry=entry.pk, entry_seq=entry.seq, type=str(type), at=entry.entered_at),
        incident_topic(incident.pk),
    )
    return entry


def in_pieces(text: str) -> list[str]:
    """Long words as log entries, none of them lost."""
    return [text[start : start + LOG_TEXT_LIMIT] for start in range(0, len(text), LOG_TEXT_LIMIT)]


def write_whole(
    actor: Actor,
    incident: Incident,
    *,
    type: str,
    text: str,
    channel: str = LogChannel.SYSTEM,
    cites_seq: int | None = None,
) -> None:
    """What may be longer than one entry: in as many as it needs. The log is never cut. A citation stands last."""
    pieces = in_pieces(text)
    for number, piece in enumerate(pieces, 1):
        cites = cites_seq if number == len(pieces) else None
        write_entry(actor, incident, type=type, text=piece, channel=channel, cites_seq=cites)


def _same_key(actor: Actor, incident: Incident, key: UUID) -> LogEntry | None:
    entry: LogEntry | None = LogEntry.objects.filter(incident=incident, client_key=key).first()
    if entry is not None and entry.author_id != actor.user_id:
        raise Conflict("This entry's key is already used. Send it again as a new entry.", code="key_used")
    return entry


def _type_of(
    actor: Actor, incident: Incident, type_: str, channel: str, corrects_seq: int | None
) -> tuple[str, LogEntry | None]:
    if corrects_seq is not None:
        corrected = LogEntry.objects.filter(incident=incident, seq=corrects_seq).with_restriction().first()
        if corrected is None:
            raise Invalid(fields={"corrects_seq": "This incident has no entry with that number."})
        return LogType.CORRECTION, corrected
    if type_ == LogType.CORRECTION:
        raise Invalid(fields={"corrects_seq": "Say which entry this corrects."})
    by_hand = actor.kind == "user" and channel in {LogChannel.TYPED, LogChannel.VOICE}
    if type_ not in (TYPED_LOG_TYPES if by_hand else LogType.values):
        raise Invalid(fields={"type": "Choose a type from the list."})
    return type_, None


def _channel_of(actor: Actor, channel: str) -> str:
    if channel not in LogChannel.values:
        raise Invalid(fields={"channel": "Choose typed or voice."})
    # What no person typed is not shown as typed.
    return LogChannel.SYSTEM if actor.kind != "user" and channel == LogChannel.TYPED else channel


def _by_terminal(given: str) -> tuple[datetime | None, str]:
    """The time a terminal wrote, or what it wrote when that cannot be: no clock keeps words out of the log."""
    try:
        moment = _occurred(parse_datetime(given))
    except (Invalid, ValueError):
        moment = None
    if moment is not None and moment.year < _NO_CLOCK_BEFORE:
        moment = None
    return moment, "" if moment else "".join(char for char in given[:60] if char.isprintable())


def _occurred(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Invalid(fields={"occurred_at": "Give the time with its zone."})
    if moment > now() + _CLOCK_SLACK:
        raise Invalid(fields={"occurred_at": "This time is in the future. Check the clock of what sent it."})
    return moment
