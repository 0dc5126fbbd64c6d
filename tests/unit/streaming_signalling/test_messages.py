"""Every frame a browser may send, and the hostile ones it may not: each is a message or one clear code."""

from __future__ import annotations

import json
import re
import uuid
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming import signalling
from streaming.contracts import ENGINE_ERROR_CODES
from streaming.signalling import CALLER_MESSAGES, ERROR_CODES, WATCH_MESSAGES, BadMessage, clean_text, parse

ROOT = Path(__file__).resolve().parents[3]
PAGE = str(uuid.uuid4())
GOOD = {
    "hello": {
        "page": PAGE,
        "locale": "pa-Guru",
        "reason": "first",
        "client_time": 1_763_000_000_000,
        "microphone": "off",
    },
    "offer": {"id": 1, "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"},
    "fix": {"lat": 53.73615, "lon": 0.44712, "accuracy": 8, "at": 1_763_000_000_000, "heading": None, "speed": 0.4},
    "chat": {"key": PAGE, "text": "yes upstairs door locked"},
    "seen": {"ids": [PAGE]},
    "device": {"camera": "rear", "microphone": "refused", "visible": False, "battery": 0.21},
    "stop": {"keep_location": True},
    "ping": {"n": 4},
    "tune": {"rate": "thumbnail"},
    "consent": {"accept": True},
    "prompted": {"prompt": PAGE, "result": "done", "answer": "ok"},
    "typing": {},
    "see": {"id": 2, "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"},
    "talk": {"id": 3, "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"},
    "leave": {},
}


def frame(kind: str, **changes: object) -> str:
    return json.dumps({"t": kind, **GOOD[kind], **changes})


def code_of(text: str) -> str:
    with pytest.raises(BadMessage) as caught:
        parse(text, CALLER_MESSAGES)
    assert caught.value.code in ERROR_CODES
    assert caught.value.message
    return caught.value.code


@pytest.mark.parametrize("kind", CALLER_MESSAGES)
def test_every_caller_message_is_read_whole(kind: str) -> None:
    message = parse(frame(kind), CALLER_MESSAGES)
    assert type(message) is CALLER_MESSAGES[kind]
    for name, value in GOOD[kind].items():
        got = getattr(message, name)
        assert json.loads(json.dumps(got, default=str)) == json.loads(json.dumps(value))


@pytest.mark.parametrize("kind", WATCH_MESSAGES)
def test_every_viewer_message_is_read(kind: str) -> None:
    assert type(parse(frame(kind), WATCH_MESSAGES)) is WATCH_MESSAGES[kind]


def test_a_viewer_cannot_speak_as_the_caller() -> None:
    for kind in CALLER_MESSAGES.keys() - WATCH_MESSAGES.keys():
        with pytest.raises(BadMessage, match="not known"):
            parse(frame(kind), WATCH_MESSAGES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"hello"',
        "\x00",
        "[" * 60_000,
        '{"t":"ping","n":1,"n":2}',
        '{"t":"ping","n":NaN}',
        '{"t":"ping","n":' + "9" * 5000 + "}",
    ],
)
def test_what_is_not_one_json_object_is_refused(text: str) -> None:
    assert code_of(text) == "bad_json"


@pytest.mark.parametrize("text", ["{}", '{"t":null}', '{"t":["hello"]}', '{"t":"shutdown"}', '{"t":"__class__"}'])
def test_unknown_types_are_refused(text: str) -> None:
    assert code_of(text) == "unknown_type"


@pytest.mark.parametrize("kind", CALLER_MESSAGES)
def test_unknown_fields_are_refused(kind: str) -> None:
    assert code_of(frame(kind, session="another")) == "unknown_field"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in ("hello", "offer", "fix", "chat", "ping")
        for name in GOOD[kind]
        if name not in ("heading", "speed")
    ],
)
def test_missing_fields_are_refused(kind: str, name: str) -> None:
    data = {key: value for key, value in GOOD[kind].items() if key != name}
    assert code_of(json.dumps({"t": kind, **data})) == "missing_field"


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("hello", {"page": "not-a-uuid"}),
        ("hello", {"page": PAGE * 2}),
        ("hello", {"locale": "../../etc"}),
        ("hello", {"locale": ""}),
        ("hello", {"reason": "because"}),
        ("hello", {"client_time": "now"}),
        ("hello", {"client_time": -1}),
        ("hello", {"microphone": True}),
        ("offer", {"id": True}),
        ("offer", {"id": 1.5}),
        ("offer", {"id": -1}),
        ("offer", {"id": 2**40}),
        ("fix", {"lat": 90.0001}),
        ("fix", {"lon": -181}),
        ("fix", {"lat": "53.7"}),
        ("fix", {"lat": None}),
        ("fix", {"accuracy": -1}),
        ("fix", {"accuracy": 1e300}),
        ("fix", {"heading": 361}),
        ("fix", {"speed": [1]}),
        ("chat", {"text": ""}),
        ("chat", {"text": "  \n \u202e "}),
        ("chat", {"text": {"html": "<b>"}}),
        ("chat", {"key": 7}),
        ("seen", {"ids": []}),
        ("seen", {"ids": "all"}),
        ("seen", {"ids": [PAGE] * 101}),
        ("seen", {"ids": [1]}),
        ("device", {"camera": "back"}),
        ("device", {"torch": 1}),
        ("device", {"battery": 21}),
        ("device", {"front": "police"}),
        ("stop", {"keep_location": "no"}),
        ("ping", {"n": "1"}),
    ],
)
def test_values_that_cannot_be_are_refused(kind: str, changes: dict[str, object]) -> None:
    assert code_of(frame(kind, **changes)) == "bad_value"


@pytest.mark.parametrize("sdp", [7, "", "hello", "v=1", "v=0" + "x" * signalling.MAX_SDP, "v=0\x00"])
def test_what_cannot_be_an_offer_is_refused(sdp: object) -> None:
    assert code_of(frame("offer", sdp=sdp)) == "bad_sdp"


def test_the_error_names_the_request_it_answers() -> None:
    with pytest.raises(BadMessage) as caught:
        parse(frame("offer", id=9, sdp="hello"), CALLER_MESSAGES)
    assert caught.value.request_id == 9


def test_a_frame_over_the_limit_is_refused_by_bytes_not_characters() -> None:
    fits = frame("chat", text="x")
    assert parse(fits + " " * (signalling.MAX_FRAME - len(fits)), CALLER_MESSAGES)
    assert code_of(fits + " " * (signalling.MAX_FRAME - len(fits) + 1)) == "too_large"
    wide = json.dumps({"t": "chat", "key": PAGE, "text": "ਪ" * 30_000}, ensure_ascii=False)
    assert code_of(wide) == "too_large"


def test_chat_is_at_most_a_thousand_characters() -> None:
    assert parse(frame("chat", text="ж" * 1000), CALLER_MESSAGES)
    assert code_of(frame("chat", text="ж" * 1001)) == "too_long"


def test_html_stays_text_and_control_characters_go() -> None:
    text = "<script>alert(1)</script>\x00\x1b[31m\u202eevil\r\nsecond\tline\x85"
    message = parse(frame("chat", text=text), CALLER_MESSAGES)
    assert message.text == "<script>alert(1)</script>[31mevil\nsecond line"  # type: ignore[attr-defined]  # a Chat


def test_right_to_left_marks_and_emoji_stay() -> None:
    assert clean_text("\u200fسلام\u200e 👩‍👧") == "\u200fسلام\u200e 👩‍👧"


def test_lone_surrogates_cannot_reach_the_database() -> None:
    message = parse(frame("chat", text="a\ud800b"), CALLER_MESSAGES)
    assert message.text == "ab"  # type: ignore[attr-defined]  # a Chat


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    once.encode()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20) | st.integers(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    )
)
def test_any_json_at_all_is_a_message_or_a_code(value: object) -> None:
    for kind in CALLER_MESSAGES:
        data = {"t": kind, **value} if isinstance(value, dict) else value
        with suppress(BadMessage):
            assert type(parse(json.dumps(data), CALLER_MESSAGES)) in CALLER_MESSAGES.values()


def test_every_refusal_of_the_engine_has_words() -> None:
    assert not ENGINE_ERROR_CODES - ERROR_CODES.keys()


def test_the_browser_side_knows_the_same_messages() -> None:
    """static/js/webrtc/protocol.js is the other half of the contract: same types, same close codes."""
    script = (ROOT / "static/js/webrtc/protocol.js").read_text()
    names = "Hello|Offer|Fix|Chat|Seen|Device|Stop|Consent|See|Prompted|Typing|Talk|Tune|Leave|Ping"
    typedefs = re.findall(rf'@typedef \{{\{{t: "(\w+)"(.*?)\}}\}} (?:{names})\n', script)
    typed = {kind: set(re.findall(r"(\w+)\??:", body)) - {"t"} for kind, body in typedefs}
    assert typed == {
        kind: {item.name for item in fields(message)} for kind, message in {**CALLER_MESSAGES, **WATCH_MESSAGES}.items()
    }
    codes = {int(code) for code in re.findall(r"[A-Z_]+: (\d{4})", script)}
    assert codes == {value for name, value in vars(signalling).items() if name.startswith("CLOSE_")}
