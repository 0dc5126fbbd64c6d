"""The words of a decision: its fields checked, and the moment of the video it cites (STANDARDS 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from core.errors import Invalid
from incidents.decisions import NDM, compose
from incidents.models import Incident, LogEntry
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from incidents.states import LOG_TEXT_LIMIT, LogType

#: Entries that may have the fields of the model; a correction may put a decision's right.
DECIDING: tuple[LogType, ...] = (LogType.DECISION, LogType.CORRECTION)
_QUOTED = 200  # characters of the cited entry that the decision repeats


def entry_words(
    incident: Incident, type_: str, text: str, decision: Mapping[str, str] | None, cites_seq: int | None
) -> str:
    """What the log will say. Only what decides has fields; they can stand without more words.

    Raises Invalid naming the fields (text, decision fields, cites_seq).
    """
    problems, fields = Problems(), {}
    for name, _, _ in NDM:
        raw = (decision or {}).get(name) or ""
        fields[name] = problems.take(partial(clean_text, raw, field=name, limit=LOG_TEXT_LIMIT, lines=True), "")
    given = any(fields.values()) or cites_seq is not None
    if given and type_ not in DECIDING:
        problems.add("type", "Only a decision has these fields. Choose Decision, or empty them.")
    lead = problems.take(
        partial(clean_text, text, field="text", limit=LOG_TEXT_LIMIT, required=not any(fields.values()), lines=True), ""
    )
    cited = problems.take(partial(cited_entry, incident, cites_seq), None)
    problems.stop_here()
    words = compose(lead, fields, cited)
    if len(words) > LOG_TEXT_LIMIT:
        said = f"All fields together: at most {LOG_TEXT_LIMIT:,} characters; this is {len(words):,}."
        raise Invalid(fields={"text": said})
    return words


def cited_entry(incident: Incident, cites_seq: int | None) -> tuple[int, str] | None:
    """Number and words of an entry about the picture, of this incident. Raises Invalid (cites_seq)."""
    if cites_seq is None:
        return None
    rows = LogEntry.objects.filter(incident=incident, seq=cites_seq, type=LogType.MEDIA).unrestricted()
    words: str | None = rows.values_list("text", flat=True).first()
    if words is None:
        raise Invalid(fields={"cites_seq": "Give the number of an entry about the picture: a mark, a snapshot."})
    return cites_seq, " ".join(words.split())[:_QUOTED]
