"""A push is sealed for one browser, as RFC 8291 shows it byte by byte."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag

from core import web_push
from tests.fakes.push_server import Delivery, FakeBrowser

# RFC 8291, appendix A
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc() -> None:
    made = web_push.encrypt(
        b"When I grow up, I want to be a watermelon", THEIRS, AUTH,
        key=web_push.private_key(SENDER), salt=web_push.decode(SALT),
    )  # fmt: skip
    assert web_push.encode(made) == SEALED


def test_each_message_has_a_key_and_a_salt_of_its_own_and_only_its_browser_opens_it() -> None:
    browser, other = FakeBrowser("https://push.example", "a"), FakeBrowser("https://push.example", "b")
    first, second = (web_push.encrypt(b'{"n": 1}', browser.said["p256dh"], browser.said["auth"]) for _ in range(2))
    assert first != second
    assert first[21:86] != second[21:86]
    assert browser.opens(first) == {"n": 1}
    with pytest.raises(InvalidTag):
        other.opens(first)


def test_who_sends_it_is_signed_for_this_service_and_an_hour() -> None:
    key = web_push.private_key(web_push.new_private_key())
    moment = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
    said = web_push.authorisation("https://push.example/secret/path", key, "mailto:desk@force.example", moment)
    claims = Delivery("/", {"authorization": said}, b"").claims()
    assert claims == {
        "aud": "https://push.example", "exp": int(moment.timestamp()) + 3600, "sub": "mailto:desk@force.example",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", ""), ("A" * 87, AUTH), (THEIRS, "AAAA"), (THEIRS, "é"), ("B" * 87, AUTH), (THEIRS[:-4], AUTH)],
)
def test_damaged_keys_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):
        web_push.check_keys(p256dh, auth)


def test_what_is_too_long_is_not_cut() -> None:
    with pytest.raises(ValueError, match="too long"):
        web_push.encrypt(b"x" * 3001, THEIRS, AUTH)
