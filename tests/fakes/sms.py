"""Text providers for tests: one that records, one that follows a script. Kept to the same contract as the real ones."""

from __future__ import annotations

from typing import ClassVar

from streaming.sms import OutgoingSms, SendResult


class RecordingProvider:
    """Accepts everything and keeps it in `sent`; empty it with `forget()`."""

    name: ClassVar[str] = "recording"
    sent: ClassVar[list[OutgoingSms]] = []

    def send(self, message: OutgoingSms) -> SendResult:
        type(self).sent.append(message)
        return SendResult(provider_ref=f"rec-{message.message_id}")

    @classmethod
    def forget(cls) -> None:
        cls.sent.clear()

    @classmethod
    def last_link(cls) -> str:
        """The link of the newest text."""
        return next(word for word in reversed(cls.sent[-1].body.split()) if "/v/" in word)

    @classmethod
    def last_token(cls) -> str:
        return cls.last_link().rsplit("/", 1)[1]


class SecondProvider(RecordingProvider):
    """The fallback: its own name and its own list."""

    name: ClassVar[str] = "second"
    sent: ClassVar[list[OutgoingSms]] = []


class ScriptedProvider:
    """Does what the next entry of `script` says: an exception is raised, None accepts. Then accepts."""

    name: ClassVar[str] = "scripted"
    script: ClassVar[list[Exception | None]] = []
    sent: ClassVar[list[OutgoingSms]] = []

    def send(self, message: OutgoingSms) -> SendResult:
        step = type(self).script.pop(0) if type(self).script else None
        if step is not None:
            raise step
        type(self).sent.append(message)
        return SendResult(provider_ref=f"scr-{message.message_id}")
