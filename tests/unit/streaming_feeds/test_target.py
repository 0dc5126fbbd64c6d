"""From an address to a connection: looked up once, and nobody sends us elsewhere afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.media.pull.gate import Elsewhere, RtspWatch
from streaming.media.pull.packets import NotH264, Splitter, payloads
from streaming.media.pull.target import PullError, checked_addresses, read_url

URL = read_url("rtsp://cam.example.org/quay")


class Rebinding:
    """A name server that tells the truth once."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str) -> list[str]:
        self.asked += 1
        return self.answers.pop(0)


def test_a_name_is_looked_up_once_and_that_address_is_connected_to() -> None:
    names = Rebinding(["93.184.216.34", "10.0.0.5"], ["127.0.0.1"])
    assert checked_addresses(URL, ["cam.example.org"], names) == ["93.184.216.34"]
    assert names.asked == 1
    with pytest.raises(PullError) as refused:
        checked_addresses(URL, ["cam.example.org"], names)
    assert refused.value.reason == "not_allowed"
    with pytest.raises(PullError):  # not even asked
        checked_addresses(URL, ["other.example.org"], names)
    assert names.asked == 2


def test_a_name_that_is_not_there() -> None:
    def nobody(host: str) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(PullError) as refused:
        checked_addresses(URL, ["cam.example.org"], nobody)
    assert refused.value.reason == "unreachable"


@pytest.mark.parametrize("chunk", [1, 7, 10_000])
def test_what_sends_us_elsewhere_closes_the_door(chunk: int) -> None:
    media = b"$\x00\x00\x0cRTSP/1.0 302" + b"$\x01\x00\x00"  # looks like a redirect, and is a picture
    body = b"RTSP/1.0 301 Moved\r\n\r\n"  # nor is what a description holds
    good = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) + media
    for bad in (b"RTSP/1.0 302 Found\r\nLocation: rtsp://10.0.0.5/\r\n\r\n", b"REDIRECT rtsp://x/ RTSP/1.0\r\n\r\n"):
        watch = RtspWatch()
        for at in range(0, len(good), chunk):
            watch(good[at : at + chunk])
        with pytest.raises(Elsewhere):
            for at in range(0, len(bad), chunk):
                watch(bad[at : at + chunk])


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_whatever_a_camera_sends_the_door_stays_small(chunks: list[bytes]) -> None:
    watch = RtspWatch()
    try:
        for one in chunks:
            watch(one)
    except PullError:
        return
    assert len(watch._held) <= 300 * 30


def test_a_header_without_an_end_is_not_read_for_ever() -> None:
    watch = RtspWatch()
    with pytest.raises(PullError):
        for _ in range(20):
            watch(b"x" * 4096)


def unit(first: int, rest: bytes) -> bytes:
    return bytes([first]) + rest.replace(b"\x00", b"\x01")


UNIT = st.builds(unit, st.sampled_from((0x41, 0x65, 0x67, 0x68, 0x06)), st.binary(max_size=4000))


@given(st.lists(UNIT, min_size=1, max_size=8))
def test_units_come_out_of_their_packets_as_they_went_in(units: list[bytes]) -> None:
    annex_b = b"".join(b"\x00\x00\x00\x01" + unit for unit in units)
    lengths = b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
    avcc = b"\x01\x42\xc0\x1f\xff\xe0\x00"
    assert Splitter(b"").units(annex_b) == Splitter(avcc).units(lengths) == units
    assert unpacked(list(payloads(units))) == units


def unpacked(packets: list[bytes]) -> list[bytes]:
    """RFC 6184 sections 5.6 to 5.8, backwards."""
    found: list[bytes] = []
    held = b""
    for packet in packets:
        assert len(packet) <= 1150
        kind = packet[0] & 0x1F
        if kind == 28:
            if packet[1] & 0x80:
                held = bytes([packet[0] & 0xE0 | packet[1] & 0x1F])
            held += packet[2:]
            if packet[1] & 0x40:
                found.append(held)
        elif kind == 24:
            at = 1
            while at < len(packet):
                size = int.from_bytes(packet[at : at + 2], "big")
                found.append(packet[at + 2 : at + 2 + size])
                at += 2 + size
        else:
            found.append(packet)
    return found


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_no_access_unit_raises_anything_else(data: bytes, extradata: bytes) -> None:
    try:
        list(payloads(Splitter(extradata).units(data)))
    except NotH264:
        return
