"""MAIT, the Multi Agency Incident Transfer standard (STANDARDS 4.1): the place where its adapter goes.

Public is what it is for: XML, schema 1.0.0, kept by British APCO; messages that create, update and close an incident;
agency identifiers; location with UPRN and WGS 84; people and casualties; a confirmation that the receiver considers it.
`Message` has a place for each of these. Not public is the schema itself. An adapter written without it would write
documents that look right and are refused, or worse, are taken and misread. So this one refuses, and says what to do.
"""

from __future__ import annotations

from incidents.interchange.message import Message, NotPossible

WHAT_TO_DO = (
    "MAIT is not ready here: its XML schema (v1.0.0) must come from its owner, British APCO. "
    "Send this partner JSON or CAP until then, or telephone them."
)


class Mait:
    content_type = "application/xml"

    def encode(self, message: Message) -> bytes:
        raise NotPossible(WHAT_TO_DO)

    def decode(self, body: bytes) -> Message:
        raise NotPossible(WHAT_TO_DO)
