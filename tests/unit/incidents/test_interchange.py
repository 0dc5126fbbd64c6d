"""The adapters: what goes in comes out, what is hostile is refused, and nobody is told a thing is real that is not.

The OASIS schema of CAP 1.2 is not in this repository. `cap_problems` is a schema of our own hand for the parts that are
used: names, order, how often, patterns and lists of words, as the standard's section 3.2 says.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.interchange.adapters import ADAPTERS, adapter_for, standard_of
from incidents.interchange.cap import Cap, parse, stamp
from incidents.interchange.eido import Eido
from incidents.interchange.message import BadMessage, Facts, Message, NotPossible, Party, Place
from incidents.interchange.native import NativeJson, as_dict
from incidents.states import TransferType

SENT = datetime(2026, 11, 22, 2, 14, 5, tzinfo=UTC)
MESSAGE = Message(
    type=TransferType.CREATE, message_id=UUID("6a1f2c3e-0000-4000-8000-000000000417"), sequence=1, sent_at=SENT,
    originator=Party(agency="northmere-police", reference="99-20261122-0417"),
    recipient=Party(agency="northmere-ambulance"), exercise=True, marking="OFFICIAL-SENSITIVE",
    facts=Facts(
        priority="Immediate", incident_type="Violence against the person",
        place=Place(words="Outside 14 Harbour Lane", lat=53.736150, lon=0.447120, radius_m=11.0),
        caller_name="Leah Marsden", caller_number="+447700900417", casualties="One", hazards="Knife",
        narrative="Two men fighting,\none has a knife & is <angry>.",
    ),
)  # fmt: skip
#: One of every type, as they are sent.
STORY = [
    MESSAGE,
    replace(MESSAGE, type=TransferType.UPDATE, sequence=2, in_reply_to=MESSAGE.message_id, reply_sent_at=SENT),
    replace(MESSAGE, type=TransferType.STATUS, sequence=3, in_reply_to=MESSAGE.message_id, reply_sent_at=SENT),
    replace(MESSAGE, type=TransferType.REQUEST_INFO, sequence=4, in_reply_to=MESSAGE.message_id, reply_sent_at=SENT),
    replace(
        MESSAGE, type=TransferType.ACK, facts=Facts(), in_reply_to=MESSAGE.message_id, decided_by="K. Lowe", marking=""
    ),
    replace(
        MESSAGE, type=TransferType.REJECT, facts=Facts(), in_reply_to=MESSAGE.message_id, reason="No crew", marking=""
    ),
    replace(MESSAGE, type=TransferType.CLOSE, facts=Facts(narrative="Closed."), in_reply_to=MESSAGE.message_id),
]
EACH = pytest.mark.parametrize("message", STORY, ids=lambda message: str(message.type))

# --- CAP 1.2, section 3.2: element, least, most, and what it may say
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
PLAIN, ANY = r"[^\s,<&]+", r"(?s).+"
PARAMETER = [("valueName", 1, 1, ANY), ("value", 1, 1, ANY)]
AREA = [
    ("areaDesc", 1, 1, ANY), ("polygon", 0, 99, ANY),
    ("circle", 0, 99, r"-?\d+(\.\d+)?,-?\d+(\.\d+)? \d+(\.\d+)?"), ("geocode", 0, 99, ANY),
]  # fmt: skip
INFO = [
    ("language", 0, 1, r"[a-z]{2}-[A-Z]{2}"),
    ("category", 1, 99, "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other"),
    ("event", 1, 1, ANY),
    ("responseType", 0, 99, "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None"),
    ("urgency", 1, 1, "Immediate|Expected|Future|Past|Unknown"),
    ("severity", 1, 1, "Extreme|Severe|Moderate|Minor|Unknown"),
    ("certainty", 1, 1, "Observed|Likely|Possible|Unlikely|Unknown"),
    ("headline", 0, 1, ANY), ("description", 0, 1, ANY), ("instruction", 0, 1, ANY), ("contact", 0, 1, ANY),
    ("parameter", 0, 99, PARAMETER), ("area", 0, 99, AREA),
]  # fmt: skip
ALERT = [
    ("identifier", 1, 1, PLAIN), ("sender", 1, 1, PLAIN), ("sent", 1, 1, TIME),
    ("status", 1, 1, "Actual|Exercise|System|Test|Draft"), ("msgType", 1, 1, "Alert|Update|Cancel|Ack|Error"),
    ("source", 0, 1, ANY), ("scope", 1, 1, "Public|Restricted|Private"), ("restriction", 0, 1, ANY),
    ("addresses", 0, 1, ANY), ("code", 0, 99, ANY), ("note", 0, 1, ANY),
    ("references", 0, 1, rf"{PLAIN},{PLAIN},{TIME}( {PLAIN},{PLAIN},{TIME})*"), ("incidents", 0, 1, ANY),
    ("info", 0, 99, INFO),
]  # fmt: skip


def cap_problems(element: Element, rules: list) -> list[str]:
    """What is wrong with the children of an element: order, number, content."""
    names = [child.tag.removeprefix("{urn:oasis:names:tc:emergency:cap:1.2}") for child in element]
    order = [name for name, *_ in rules]
    problems = [f"{name} is not in the standard" for name in names if name not in order]
    if problems:
        return problems
    if sorted(names, key=order.index) != names:
        problems.append(f"order: {names}")
    for name, least, most, content in rules:
        found = [child for child, called in zip(element, names, strict=True) if called == name]
        if not least <= len(found) <= most:
            problems.append(f"{name} stands there {len(found)} times")
        for child in found:
            if isinstance(content, list):
                problems += cap_problems(child, content)
            elif not re.fullmatch(content, child.text or ""):
                problems.append(f"{name}: {child.text!r}")
    return problems


@EACH
def test_native_json_says_and_reads_the_same(message: Message) -> None:
    assert NativeJson().decode(NativeJson().encode(message)) == replace(message, reply_sent_at=None)


@EACH
def test_cap_fits_the_standard(message: Message) -> None:
    alert = parse(Cap().encode(message))
    assert alert.tag == "{urn:oasis:names:tc:emergency:cap:1.2}alert"
    assert cap_problems(alert, ALERT) == []
    private = {child.tag.partition("}")[2]: child.text for child in alert}
    assert (private["scope"], private["addresses"]) == ("Private", '"northmere-ambulance"')


WORDS = st.text(alphabet="ab ,<&>]\n\t\x00\x0b\x1f\x7f\ufffe\u202e😀", max_size=20)
REAL = {"allow_nan": False, "allow_infinity": False}


@given(
    message=st.sampled_from(STORY),
    words=st.tuples(*[WORDS] * 8),
    point=st.none() | st.tuples(st.floats(-90, 90, **REAL), st.floats(-180, 180, **REAL), st.floats(0, 6e6, **REAL)),
    sent=st.datetimes(timezones=st.just(UTC)),
)
def test_cap_fits_the_standard_whatever_is_said(message: Message, words, point, sent) -> None:
    """What is required stands there with words in it, also when what was typed has no place in XML."""
    lat, lon, radius = point or (None, None, None)
    facts = Facts(
        priority=words[0], incident_type=words[1], place=Place(words=words[2], lat=lat, lon=lon, radius_m=radius),
        caller_name=words[3], hazards=words[4], narrative=words[5],
    )  # fmt: skip
    body = Cap().encode(replace(message, facts=facts, reason=words[6], marking=words[7], sent_at=sent))
    assert cap_problems(parse(body), ALERT) == []


@pytest.mark.parametrize("name", ["northmere police", "northmere,police", "north<mere", "north&mere", ""])
def test_a_sender_that_cap_cannot_name_is_never_sent(name: str) -> None:
    with pytest.raises(BadMessage):
        Cap().encode(replace(MESSAGE, originator=Party(agency=name)))


def test_the_identifier_has_no_spaces_commas_or_markup() -> None:
    alert = parse(Cap().encode(MESSAGE))
    assert re.fullmatch(PLAIN, alert[0].text or "")
    assert [child.tag.partition("}")[2] for child in alert][:6] == [
        "identifier", "sender", "sent", "status", "msgType", "scope",
    ]  # fmt: skip


def test_the_hand_written_schema_sees_what_is_wrong() -> None:
    """Otherwise the test above would hold for anything."""
    good = Cap().encode(MESSAGE).decode()
    for old, new in (
        ("<scope>Private</scope>", ""),
        ("<status>Exercise</status>", "<status>Real</status>"),
        ("+00:00</sent>", "Z</sent>"),
        ("<urgency>Immediate</urgency>", ""),
        (
            "<language>en-GB</language><category>Safety</category>",
            "<category>Safety</category><language>en-GB</language>",
        ),
        ("<event>", "<gossip>x</gossip><event>"),
    ):
        assert old in good
        assert cap_problems(parse(good.replace(old, new).encode()), ALERT), new


@EACH
def test_cap_reads_back_what_it_wrote(message: Message) -> None:
    back = Cap().decode(Cap().encode(message))
    assert (back.type, back.message_id, back.in_reply_to) == (message.type, message.message_id, message.in_reply_to)
    assert (back.originator, back.recipient.agency, back.exercise) == (message.originator, "northmere-ambulance", True)
    assert back.facts.narrative == message.facts.narrative
    assert back.facts.place == message.facts.place
    assert back.facts.caller_number == message.facts.caller_number


def test_what_is_not_production_is_never_actual() -> None:
    assert b"<status>Exercise</status>" in Cap().encode(MESSAGE)
    assert b"<status>Actual</status>" in Cap().encode(replace(MESSAGE, exercise=False))
    assert Cap().decode(Cap().encode(MESSAGE).replace(b"Exercise", b"Test")).exercise


def test_caps_time_has_an_offset_in_digits() -> None:
    assert stamp(SENT) == "2026-11-22T02:14:05+00:00"
    assert stamp(SENT.replace(year=999, microsecond=999_999)) == "0999-11-22T02:14:05+00:00"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><alert>&y;</alert>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>"""
REMOTE = b"""<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd"><alert/>"""


@pytest.mark.parametrize("body", [BOMB, FILE, REMOTE])
def test_no_entity_is_ever_declared(body: bytes) -> None:
    with pytest.raises(BadMessage, match="document type"):
        Cap().decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"x", b"<alert/>", b"<a>" * 50 + b"</a>" * 50, b"<a>" + b"<b/>" * 3000 + b"</a>", b"<alert>&x;</alert>",
        b'<?xml version="1.0" encoding="klingon"?><alert/>', b'<?xml version="1.0" encoding="utf-16"?><alert/>',
        b"<?xml-stylesheet href='http://127.0.0.1:9/'?><alert/>", b'<alert xmlns="urn:other"/>', b"\xff\xfe<",
        b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>',
        b'<x:alert xmlns:x="urn:oasis:names:tc:emergency:cap:1.2"/>',
    ],
)  # fmt: skip
def test_xml_that_is_none_or_another_is_refused(body: bytes) -> None:
    with pytest.raises(BadMessage):
        Cap().decode(body)


@pytest.mark.parametrize("circle", ["here", "1,2", "91,0 1", "0,181 1", "1,2 -3", "1,2 99999", "nan,1 1", "1,2 3 4"])
def test_circles_that_are_no_place(circle: str) -> None:
    body = re.sub(rb"<circle>.*</circle>", f"<circle>{circle}</circle>".encode(), Cap().encode(MESSAGE))
    with pytest.raises(BadMessage, match="circle"):
        Cap().decode(body)


def test_an_identifier_that_is_no_uuid_has_always_the_same() -> None:
    body = Cap().encode(MESSAGE).replace(str(MESSAGE.message_id).encode(), b"UK-2026-417")
    assert Cap().decode(body).message_id == Cap().decode(body).message_id != MESSAGE.message_id


def test_an_agency_that_cap_cannot_name_is_said() -> None:
    with pytest.raises(BadMessage, match="spaces"):
        Cap().encode(replace(MESSAGE, originator=Party(agency="Northmere Police, A")))


def test_eido_has_the_keys_that_are_public_and_is_not_read() -> None:
    document = json.loads(Eido().encode(MESSAGE))
    assert {"eidoMessageIdentifier", "$id", "sendingSystemIdentifier", "lastUpdateTimeStamp", "messageKind"} <= set(
        document
    )
    [component] = document["incidentComponent"]
    assert component["incidentTrackingIdentifier"] == "99-20261122-0417"
    assert component["locationReference"]["$ref"] == document["locationComponent"][0]["$id"]
    assert document["messageKind"] == "Exercise"
    with pytest.raises(NotPossible, match="written here, not read"):
        Eido().decode(b"{}")


def test_mait_refuses_and_names_the_owner_of_its_schema() -> None:
    for act in (lambda: adapter_for("MAIT").encode(MESSAGE), lambda: adapter_for("MAIT").decode(b"<x/>")):
        with pytest.raises(NotPossible, match="British APCO"):
            act()


def test_a_telephone_has_no_adapter() -> None:
    with pytest.raises(NotPossible):
        adapter_for("PHONE")
    assert {standard_of(adapter.content_type + "; charset=utf-8") for adapter in ADAPTERS.values()} == set(ADAPTERS)


def test_the_document_in_the_docs_is_one_that_is_read() -> None:
    from pathlib import Path

    page = (Path(__file__).resolve().parents[3] / "docs" / "transfers.md").read_text()
    example = re.search(r"```json\n(.*?)```", page, re.S)
    assert example
    message = NativeJson().decode(example[1].encode())
    assert as_dict(message) == json.loads(example[1])


texts = st.text(max_size=60)
numbers = st.none() | st.floats() | st.integers() | texts


@given(st.recursive(st.none() | st.booleans() | numbers, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)))
def test_any_json_is_a_message_or_a_refusal(value: object) -> None:
    with pytest.raises(BadMessage):
        NativeJson().decode(json.dumps(value).encode())


@given(st.dictionaries(st.sampled_from(sorted(as_dict(MESSAGE))), numbers | st.dictionaries(texts, texts)))
def test_any_change_is_a_message_or_a_refusal(changes: dict) -> None:
    body = json.dumps({**as_dict(MESSAGE), "message_id": str(uuid4()), **changes}).encode()
    with contextlib.suppress(BadMessage):
        assert NativeJson().decode(body).sent_at.tzinfo is not None


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_by_cap(body: bytes) -> None:
    with pytest.raises(BadMessage):
        Cap().decode(body)
