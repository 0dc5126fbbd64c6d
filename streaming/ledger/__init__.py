"""The gap ledger: second by second, what was recorded, and why the rest was not. Pure: no disk, no rows."""

from streaming.ledger.document import FORMAT, LedgerError, canonical, document, film_from_document, from_document
from streaming.ledger.line import (
    LOSS,
    LOST,
    PHONE,
    RECORDED,
    STATES,
    Film,
    Gap,
    Hole,
    Ledger,
    Piece,
    Reason,
    Run,
    Span,
    Why,
    ledger,
)
from streaming.ledger.timeline import TimelineReader

__all__ = [
    "FORMAT",
    "LOSS",
    "LOST",
    "PHONE",
    "RECORDED",
    "STATES",
    "Film",
    "Gap",
    "Hole",
    "Ledger",
    "LedgerError",
    "Piece",
    "Reason",
    "Run",
    "Span",
    "TimelineReader",
    "Why",
    "canonical",
    "document",
    "film_from_document",
    "from_document",
    "ledger",
]
