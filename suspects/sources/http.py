"""A register that speaks HTTP: JSON question, JSON answer, and the request headers of LEDS (STANDARDS 5.12).

POST {base}/v1/checks
  {"subject": "person", "query": {"surname": "HALLORAN", "given": "Connor", "born": "1998-06-14"}}
  200 {"outcome": "WANTED", "summary": "…", "ref": "…", "facts": [{"label": "…", "value": "…"}]}

What a register answers is read as hostile text: bounded, without control characters, only known outcomes.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import Any

from core.clock import now
from core.outgoing import NoAnswer, Reply, TooMuch, post
from suspects.sources import contract
from suspects.sources.contract import SourceAnswer, SourceBusy, SourceFact, SourceQuestion
from suspects.sources.problems import words_for
from suspects.states import Outcome

BODY_LIMIT = 256 * 1024
FACT_LIMIT, LABEL_LIMIT, VALUE_LIMIT, SUMMARY_LIMIT, REF_LIMIT = 40, 60, 300, 300, 60
LONGEST_WAIT = 30.0  # seconds that a register's Retry-After is obeyed
ACTIVITY = {"PERSON": "Person Enquiry", "VEHICLE": "Vehicle Enquiry", "ADDRESS": "Location Enquiry"}
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_HEADER_UNSAFE = re.compile(r"[^\x20-\x7e\xa0-\xff]+")


class HttpSource:
    """The adapter. `url` is the register's base address, `token` its bearer token ("" sends none)."""

    def __init__(self, system: str, url: str, *, token: str = "", seconds: float = 8.0) -> None:
        self.system = system
        self._url = f"{url.rstrip('/')}/v1/checks"
        self._token = token
        self._seconds = seconds

    def answers(self, subject: str) -> bool:
        return subject in contract.ANSWERS[self.system]

    def ask(self, question: SourceQuestion) -> SourceAnswer:
        body = json.dumps(
            {"subject": question.subject.lower(), "query": dict(question.typed)}, ensure_ascii=False
        ).encode()
        try:
            reply = post(self._url, body, self._headers(question), seconds=self._seconds, limit=BODY_LIMIT)
        except NoAnswer as silence:
            # Cut in the middle, the register did answer; otherwise as far as we know it never ran the question.
            outcome = Outcome.ERROR if silence.code == "broken" else Outcome.NOT_RUN
            return self._problem(silence.code, outcome)
        except TooMuch:
            return self._problem("unreadable")
        return self._read(reply)

    def _headers(self, question: SourceQuestion) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json; charset=utf-8",
            "X-Leds-Session-Id": str(uuid.uuid5(question.check_id, "session")),
            "X-Leds-System-Name": "Sightline",
            "X-Leds-Application-Datetime": question.asked_at.astimezone(dt.UTC).isoformat(),
            "X-Leds-Justification": _header(question.justification, 250),
            "X-Leds-Reason": _header(question.reason, 120),
            "X-Leds-On-Behalf-Of": _header(question.on_behalf_of or question.asked_by, 50),
            "X-Leds-Activity-Flow-Id": str(question.check_id),
            "X-Leds-Activity-Code": ACTIVITY[question.subject],
            "X-Leds-Action-Code": "Check",
            "X-Leds-Reference-Id": f"{question.check_id}:{self.system}",
            "X-Leds-Correlation-Id": str(question.check_id),
        }
        if question.place:
            headers["X-Leds-Geolocation"] = _header(question.place, 120)
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    def _read(self, reply: Reply) -> SourceAnswer:
        if reply.status == 429:
            raise SourceBusy(_wait(reply.headers.get("retry-after", "")))
        if reply.status in (401, 403):
            return self._problem("sign_in")
        if reply.status in (400, 422):
            return self._problem("refused")
        if reply.status != 200:
            return self._problem("down")
        try:
            return self._answer(reply)
        except (ValueError, TypeError, RecursionError):  # what is not JSON, and JSON that is not an answer
            return self._problem("unreadable")

    def _answer(self, reply: Reply) -> SourceAnswer:
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" or reply.headers.get("content-encoding", "identity").lower() != "identity":
            raise ValueError("not JSON")
        given = json.loads(reply.body.decode("utf-8"))
        if not isinstance(given, dict) or given.get("outcome") not in contract.ANSWERED:
            raise ValueError("not an answer")
        facts = given.get("facts", [])
        if not isinstance(facts, list) or not all(isinstance(one, dict) for one in facts):
            raise ValueError("facts are not a list of facts")
        return SourceAnswer(
            system=self.system,
            outcome=given["outcome"],
            summary=_text(given.get("summary", ""), SUMMARY_LIMIT),
            facts=tuple(
                SourceFact(
                    label=_text(one.get("label", ""), LABEL_LIMIT), value=_text(one.get("value", ""), VALUE_LIMIT)
                )
                for one in facts[:FACT_LIMIT]
            ),
            ref=_text(given.get("ref", ""), REF_LIMIT),
            returned_at=now(),
        )

    def _problem(self, code: str, outcome: str = Outcome.ERROR) -> SourceAnswer:
        return problem(self.system, code, outcome)


def problem(system: str, code: str, outcome: str = Outcome.NOT_RUN) -> SourceAnswer:
    """The answer that says why there is none."""
    return SourceAnswer(system=system, outcome=outcome, summary=words_for(code), problem=code, returned_at=now())


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")
    return _NOT_TEXT.sub(" ", value).strip()[:limit]


def _header(value: str, limit: int) -> str:
    """Text that fits a header: one line of Latin-1."""
    return _HEADER_UNSAFE.sub("?", value).strip()[:limit]


def _wait(given: str) -> float:
    try:
        return min(LONGEST_WAIT, max(1.0, float(given)))
    except ValueError:  # a date, or nothing
        return 2.0
