"""What aiortc_bridge reaches into is still where it was. A failure here means: an upgrade of aiortc, aioice or
pylibsrtp moved something; read the changed code before touching the bridge."""

from __future__ import annotations

import ast
import inspect
import os
from pathlib import Path

import aioice.ice
import pylibsrtp
import pytest
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from pylibsrtp import Policy, Session, _binding

import streaming.media
from streaming.media import aiortc_bridge as bridge


async def test_every_private_name_is_still_there():
    gatherer = RTCIceGatherer(iceServers=[])
    connection = gatherer._connection
    instances = {
        RTCCertificate: RTCCertificate.generateCertificate(),
        RTCIceGatherer: gatherer,
        RTCDtlsTransport: RTCDtlsTransport(RTCIceTransport(gatherer), [RTCCertificate.generateCertificate()]),
        aioice.ice.Connection: connection,
        aioice.ice.StunProtocol: aioice.ice.StunProtocol(connection),
        pylibsrtp.Session: Session(),
    }
    assert instances.keys() == bridge.REACHED_INTO.keys()
    for kind, names in bridge.REACHED_INTO.items():
        for name in names:
            # set from outside only, once known
            if (kind, name) == (aioice.ice.StunProtocol, "local_candidate"):
                assert name in kind.__annotations__
            else:
                assert hasattr(instances[kind], name), f"{kind.__name__}.{name}"


def test_every_private_name_that_the_bridge_uses_is_listed():
    listed = {name for names in bridge.REACHED_INTO.values() for name in names}
    tree = ast.parse(Path(streaming.media.__file__).with_name("aiortc_bridge.py").read_text())
    own = {
        name
        for kind in tree.body
        if isinstance(kind, ast.ClassDef)
        for node in ast.walk(kind)
        for name in (
            [node.name] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            else [node.attr] if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            else []
        )
    }  # fmt: skip
    used = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr.startswith("_")}

    assert "_remote_candidates" in used - own
    assert {name for name in used - own if not name.startswith("__")} <= listed


def test_no_other_file_of_the_engine_imports_these_libraries():
    for path in Path(streaming.media.__file__).parent.glob("*.py"):
        if path.name == "aiortc_bridge.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(n.split(".")[0] in ("aiortc", "aioice", "pylibsrtp") for n in names), path.name


def test_dtls_hands_over_and_receives_as_the_bridge_expects():
    """The bridge relies on: keys in `_rx_srtp`/`_tx_srtp` after start(), datagrams pulled by `_recv` of the ICE
    transport, and SRTP recognised by the first byte (RFC 7983)."""
    source = inspect.getsource(RTCDtlsTransport)
    for line in ("self._rx_srtp = Session(rx_policy)", "self._tx_srtp = Session(tx_policy)", "self.transport._recv()"):
        assert line in source
    assert "allow_repeat_tx = True" in source  # or a plain retransmission could not be protected


def test_stun_hands_the_rest_to_its_connection():
    assert "self.receiver.data_received(data" in inspect.getsource(aioice.ice.StunProtocol.datagram_received)
    connection = inspect.getsource(aioice.ice.Connection)
    assert "self._nominated[pair.component] = pair" in connection
    assert connection.count("self._nominated = ") + connection.count("self._nominated: ") == 1  # never another dict


@pytest.mark.parametrize("profile", [Policy.SRTP_PROFILE_AES128_CM_SHA1_80, Policy.SRTP_PROFILE_AEAD_AES_256_GCM])
def test_srtp_works_in_place_on_our_buffer(profile: int):
    key = os.urandom(44 if profile == Policy.SRTP_PROFILE_AEAD_AES_256_GCM else 30)
    packet = b"\x80\x60" + bytes(10) + b"picture"
    sender = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile))
    receiver = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile))
    buffer = bridge._Buffer(2048)
    buffer.view[: len(packet)] = packet
    buffer.length[0] = len(packet)

    assert _binding.lib.srtp_protect(sender._srtp[0], buffer.cdata, buffer.length) == 0
    assert bytes(buffer.view[12 : len(packet)]) != packet[12:]
    assert buffer.length[0] <= len(packet) + bridge.TRAILER
    assert _binding.lib.srtp_unprotect(receiver._srtp[0], buffer.cdata, buffer.length) == 0
    assert bytes(buffer.view[: buffer.length[0]]) == packet
