"""How things go wrong across the contract."""

from __future__ import annotations


class ContractError(ValueError):
    """The bytes are not a message of this contract."""


class EngineError(Exception):
    """The engine refused a command. `code` is one of ENGINE_ERROR_CODES; `message` is for the log, not for people.

    `retry_after` is a hint in seconds for whoever asks again, None when asking again cannot help.
    """

    def __init__(self, code: str, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.retry_after = retry_after


ENGINE_ERROR_CODES = frozenset(
    {
        "bad_ticket",  # signature, expiry, session, peer or role does not fit
        "bad_sdp",  # not an offer this engine can answer; the text says why
        "ice_restart",  # candidates of another ICE session than the peer's: it has to offer again
        "no_source",  # a viewer came before the caller's codec is known: ask again after SourceChanged
        "no_codec",  # the peer cannot send or decode any codec of this session
        "no_session",  # unknown or ended
        "full",  # admission limit reached
        "storage",  # the recording cannot be opened
        "unavailable",  # engine not reachable, draining or timed out
    }
)
