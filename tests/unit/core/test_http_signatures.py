"""Signed requests: the vectors of RFC 9421 and RFC 9530, and what a verifier must not take."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from core.http_signatures import BadSignature, Request, content_digest, digest_holds, read_claim, sign, verify

# RFC 9421, B.1.4 and B.2.6: public test material.
PRIVATE = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----"""
PUBLIC = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----"""
REQUEST = Request(
    method="POST",
    target_uri="https://example.com/foo?param=Value&Pet=dog",
    headers={
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-length": "18",
    },
)
INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
SIGNATURE = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"


def claim(told: str = INPUT, signature: str = SIGNATURE):
    return read_claim({"signature-input": told, "signature": signature})


def test_the_vector_of_the_standard_verifies() -> None:
    verify(REQUEST, claim(), load_pem_public_key(PUBLIC))  # type: ignore[arg-type]  # an ed25519 key


def test_signing_makes_the_vectors_signature() -> None:
    key = load_pem_private_key(PRIVATE, None)
    assert isinstance(key, Ed25519PrivateKey)
    from core.http_signatures import signature_base

    base = signature_base(REQUEST, claim().components, claim().line)
    assert base64.b64encode(key.sign(base)).decode() in SIGNATURE
    assert base.splitlines()[2] == b'"@path": /foo'


def test_the_digests_of_the_standard() -> None:
    body = b'{"hello": "world"}'
    sha256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
    sha512 = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
    assert (content_digest(body), content_digest(body, "sha-512")) == (sha256, sha512)
    assert digest_holds(f"{sha256}, {sha512}", body)


@pytest.mark.parametrize(
    "header",
    ["", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:", "sha-256=:AAAA:", "sha-256=x", content_digest(b"{}") + ", md5=:AA==:"],
)
def test_a_digest_that_does_not_fit_or_is_not_known(header: str) -> None:
    assert not digest_holds(header, b"{}")


@pytest.mark.parametrize(
    "told",
    [
        "",
        INPUT + ", " + INPUT,
        INPUT.replace("sig-b26", "other", 1),
        INPUT.replace('"date"', '"date";bs'),
        INPUT.replace('"date"', '"date" "date"'),
        INPUT + ';alg="hmac-sha256"',
        INPUT + ";alg=ed25519",
        INPUT + ";created=1",
        INPUT + ';unknown="x"',
        INPUT.replace("created=1618884473", 'created="1618884473"'),
        INPUT + ";created=" + "9" * 40,
        INPUT.replace('"test-key-ed25519"', '"a\nb"'),
    ],
)
def test_an_input_that_is_not_understood_is_refused(told: str) -> None:
    with pytest.raises(BadSignature):
        claim(told)


@pytest.mark.parametrize("component", ["@query", "@status", "authorization"])
def test_what_a_request_has_not_cannot_be_covered(component: str) -> None:
    with pytest.raises(BadSignature):
        sign(REQUEST, Ed25519PrivateKey.generate(), keyid="k", created=1, nonce="n", components=(component,))


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_header_is_a_claim_or_a_refusal(told: str, signature: str) -> None:
    try:
        claim(told, signature)
    except BadSignature:
        pass
    else:
        assert told.count("(") == 1
