"""Secrets: long enough, different every time, and closed to whoever holds only the database."""

from __future__ import annotations

import base64
import re

import pytest

from streaming import tokens


def test_a_token_has_128_random_bits_and_a_browser_secret_256():
    made = {tokens.new_token() for _ in range(500)}
    assert len(made) == 500
    assert {len(base64.urlsafe_b64decode(token + "==")) for token in made} == {16}
    assert all(tokens.looks_like_token(token) and len(token) == tokens.TOKEN_LENGTH for token in made)
    secret = tokens.new_browser_secret()
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    assert tokens.looks_like_browser_secret(secret)


def test_a_trust_code_is_four_digits_and_uses_all_of_them():
    codes = [tokens.new_trust_code() for _ in range(2000)]
    assert all(re.fullmatch("[0-9]{4}", code) for code in codes)
    assert {code[0] for code in codes} == set("0123456789")


@pytest.mark.parametrize("text", ["", "x" * 21, "x" * 23, "x" * 21 + "/", "x" * 21 + "é", "x" * 22 + "\n", "..%2f" * 5])
def test_what_is_no_token_is_told_without_a_lookup(text):
    assert not tokens.looks_like_token(text)


def test_a_seal_opens_with_this_servers_key_only(settings):
    sealed = tokens.seal("https://example.test/v/abc")
    assert "example" not in sealed
    assert tokens.unseal(sealed) == "https://example.test/v/abc"
    settings.SECRET_KEY = "another key altogether, just as long as the first"
    with pytest.raises(tokens.SealBroken):
        tokens.unseal(sealed)


def test_a_seal_tells_tampering():
    sealed = tokens.seal("words")
    with pytest.raises(tokens.SealBroken):
        tokens.unseal(sealed[:-4] + ("AAA=" if not sealed.endswith("AAA=") else "BBB="))
