"""What can go wrong for a person, in words that say what to do next. Edges turn these into pages or JSON.

Hidden equals missing: `NotFound` is the answer both for what is not there and for what the actor may not see.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """`message` is shown to the person; `code` is for programs; `status` is the HTTP status."""

    status: ClassVar[int] = 400
    code: str = "refused"

    def __init__(self, message: str, *, code: str = "", retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.retry_after = retry_after


class Invalid(DomainError):
    """Something typed cannot be used; `fields` says for each field what to type instead."""

    status = 422
    code = "invalid"

    def __init__(self, message: str = "", *, fields: dict[str, str] | None = None, code: str = "") -> None:
        self.fields = fields or {}
        super().__init__(message or " ".join(self.fields.values()) or "Check what was typed.", code=code)


class NotFound(DomainError):
    status = 404
    code = "not_found"

    def __init__(self, message: str = "Nothing here has that reference, or it is not yours to see.") -> None:
        super().__init__(message)


class NotAllowed(DomainError):
    status = 403
    code = "not_allowed"

    def __init__(self, message: str = "Your role does not allow this. Ask your supervisor.", *, code: str = "") -> None:
        super().__init__(message, code=code)


class Conflict(DomainError):
    status = 409
    code = "conflict"


class Gone(DomainError):
    status = 410
    code = "gone"


class TooLarge(DomainError):
    status = 413
    code = "too_large"

    def __init__(self, message: str = "That is too large to be taken. Nothing was changed. Send less at once.") -> None:
        super().__init__(message)


class TooMany(DomainError):
    status = 429
    code = "too_many"


class Unavailable(DomainError):
    status = 503
    code = "unavailable"
