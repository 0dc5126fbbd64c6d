"""What the engine's DTLS agrees on with a camera that is the server: it offers "passive" or "actpass" (RFC 8842)."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from aiortc.rtcdtlstransport import SRTP_PROFILES
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from OpenSSL import SSL

from streaming.media.aiortc_bridge import Identity


def camera(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, ciphers: bytes) -> SSL.Connection:
    """A DTLS 1.2 server with a certificate of `key`, as GStreamer and FFmpeg are."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    moment = datetime.datetime.now(tz=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.not_valid_before(moment).not_valid_after(moment + datetime.timedelta(days=1))
    context = SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(builder.public_key(key.public_key()).sign(key, hashes.SHA256()))
    context.use_privatekey(key)
    context.set_cipher_list(ciphers)
    context.set_tlsext_use_srtp(b"SRTP_AES128_CM_SHA1_80")
    connection = SSL.Connection(context)
    connection.set_accept_state()
    return connection


def ours() -> SSL.Connection:
    connection = SSL.Connection(Identity().certificate()._create_ssl_context(srtp_profiles=SRTP_PROFILES))
    connection.set_connect_state()
    return connection


def shake(client: SSL.Connection, server: SSL.Connection) -> str:
    """The cipher of the handshake; raises SSL.Error."""
    for _ in range(8):
        for one, other in ((client, server), (server, client)):
            with contextlib.suppress(SSL.WantReadError):
                one.do_handshake()
            with contextlib.suppress(SSL.WantReadError):  # nothing more to hand over
                while data := one.bio_read(65536):
                    other.bio_write(data)
    return str(client.get_cipher_name())


@pytest.fixture(scope="module")
def old_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def test_a_camera_with_rsa_is_taken_with_forward_secrecy(old_key: rsa.RSAPrivateKey) -> None:
    assert shake(ours(), camera(old_key, b"ALL:@SECLEVEL=0")) in (
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-CHACHA20-POLY1305",
    )


def test_p_256_is_taken_as_ever() -> None:
    assert shake(ours(), camera(ec.generate_private_key(ec.SECP256R1()), b"ALL")) == "ECDHE-ECDSA-AES128-GCM-SHA256"


@pytest.mark.parametrize(
    "weak", [b"AES128-GCM-SHA256:AES128-SHA", b"ECDHE-RSA-AES128-SHA", b"DHE-RSA-AES128-GCM-SHA256"]
)
def test_rsa_without_forward_secrecy_or_authenticated_encryption_is_not(
    old_key: rsa.RSAPrivateKey, weak: bytes
) -> None:
    with pytest.raises(SSL.Error):
        shake(ours(), camera(old_key, weak))
