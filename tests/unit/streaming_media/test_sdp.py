"""Reading offers and writing answers."""

from __future__ import annotations

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.contracts import EngineError
from streaming.media.answer import LocalTransport, write_answer
from streaming.media.join import Agreement, agree_with_caller, agree_with_viewer
from streaming.media.sdp import MAX_CANDIDATES, SdpError, parse_fragment, parse_offer

from .offers import CHROME_AUDIO, CHROME_VIDEO, DATA, FINGERPRINT, caller_offer, offer, viewer_offer

LOCAL = LocalTransport(
    "uFrg", "p" * 22, FINGERPRINT, "active", [("192.0.2.9", 40000, "1 1 udp 1 192.0.2.9 40000 typ host")]
)


def answer_to(agreement: Agreement) -> str:
    return write_answer(agreement.offer, agreement.sections, LOCAL, session=1, cname="sightline")


def test_h264_in_its_forwardable_form_comes_first_then_vp8():
    agreement = agree_with_caller(caller_offer(), "")

    video = agreement.sections[0]
    assert (agreement.codec, video.codec.payload_type) == ("H264", 108)
    assert video.rtx is not None
    assert video.rtx.payload_type == 109


def test_the_codec_of_the_session_is_kept_when_the_phone_still_has_it():
    assert agree_with_caller(caller_offer(), "VP8").codec == "VP8"
    without_vp8 = caller_offer().replace("VP8/90000", "AV1/90000")
    assert agree_with_caller(without_vp8, "VP8").codec == "H264"


def test_a_viewer_must_take_the_callers_codec():
    assert agree_with_viewer(viewer_offer(), "VP8").sections[0].codec.payload_type == 96
    with pytest.raises(EngineError) as refused:
        agree_with_viewer(viewer_offer().replace("VP8/90000", "AV1/90000"), "VP8")
    assert refused.value.code == "no_codec"


def test_of_h264_baseline_is_wanted_and_a_high_profile_is_the_last_resort():
    high_only = caller_offer()
    for other in ("42e01f", "42001f"):
        high_only = high_only.replace(other, "640c1f")
    assert agree_with_caller(high_only, "").codec == "VP8"
    agreement = agree_with_caller(high_only.replace("VP8/90000", "AV1/90000"), "")
    assert (agreement.codec, agreement.sections[0].codec.h264_profile) == ("H264", "640c1f")
    assert "profile-level-id=640c1f" in answer_to(agreement)
    no_mode_one = high_only.replace("VP8/90000", "AV1/90000").replace("packetization-mode=1", "packetization-mode=0")
    with pytest.raises(EngineError):
        agree_with_caller(no_mode_one, "")


def test_a_viewer_is_given_the_profile_that_is_sent_and_else_what_it_has():
    assert agree_with_viewer(viewer_offer(), "H264", "64001f").sections[0].codec.payload_type == 116
    assert agree_with_viewer(viewer_offer(), "H264", "42e01f").sections[0].codec.payload_type == 108
    assert agree_with_viewer(viewer_offer(), "H264", "4d001f").sections[0].codec.payload_type == 108


def test_a_fragment_has_the_candidates_of_one_ice_session():
    fragment = parse_fragment(
        "a=ice-ufrag:lOSR\r\na=ice-pwd:mUlj/Itab17z28b9CAxx/HhK\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
        "a=candidate:1 1 udp 2122194687 192.0.2.7 5000 typ host\r\na=end-of-candidates\r\n"
    )
    assert (fragment.ufrag, [c.host for c in fragment.candidates]) == ("lOSR", ["192.0.2.7"])
    bomb = "a=ice-ufrag:lOSR\r\na=ice-pwd:" + "p" * 24 + "\r\n" + "a=candidate:x\r\n" * 300
    for text in ("", "a=candidate:1 1 udp 1 192.0.2.7 5000 typ host", bomb, "a" * 20_000):
        with pytest.raises(SdpError):
            parse_fragment(text)


def test_video_goes_on_alone_without_a_usable_microphone():
    without_opus = caller_offer().replace("opus/48000/2", "speex/16000")
    not_bundled = offer(CHROME_VIDEO, CHROME_AUDIO, bundle="0")

    for text in (offer(CHROME_VIDEO, bundle="0"), without_opus, not_bundled):
        agreement = agree_with_caller(text, "")
        assert len(agreement.sections) == 1
    refused = SessionDescription.parse(answer_to(agree_with_caller(without_opus, "")))
    assert [m.port for m in refused.media] == [40000, 0]


def test_firefox_offers_its_microphone_with_port_zero_riding_on_the_video():
    """RFC 9143 section 6: a bundle-only section is alive; without that word, or outside the bundle, it is not."""
    riding = CHROME_AUDIO.replace("m=audio 39636", "m=audio 0") + "a=bundle-only\n"
    agreement = agree_with_caller(offer(CHROME_VIDEO, riding), "")

    assert [chosen.codec.name for chosen in agreement.sections] == ["H264", "OPUS"]
    assert [m.port for m in SessionDescription.parse(answer_to(agreement)).media] == [40000, 40000]
    dropped = riding.replace("a=bundle-only\n", "")
    for text in (offer(CHROME_VIDEO, dropped), offer(CHROME_VIDEO, riding, bundle="0")):
        assert len(agree_with_caller(text, "").sections) == 1


def test_the_answer_says_one_codec_and_no_header_extension():
    text = answer_to(agree_with_caller(caller_offer(), ""))

    answered = SessionDescription.parse(text)
    video, audio = answered.media
    assert [str(c) for c in video.rtp.codecs] == ["H264/90000", "rtx/90000"]
    assert video.direction == audio.direction == "recvonly"
    assert {(f.type, f.parameter) for f in video.rtp.codecs[0].rtcpFeedback} == {
        ("nack", None),
        ("nack", "pli"),
        ("goog-remb", None),
    }
    assert "extmap" not in text
    assert "transport-cc" not in text
    assert answered.group[0].items == ["0", "1"]
    assert audio.rtp.codecs[0].mimeType == "audio/opus"


def test_a_viewers_answer_announces_what_will_be_sent():
    agreement = agree_with_viewer(viewer_offer(), "H264")

    video, audio = SessionDescription.parse(answer_to(agreement)).media
    assert video.direction == audio.direction == "sendonly"
    assert [s.ssrc for s in video.ssrc] == [agreement.sections[0].ssrc, agreement.sections[0].rtx_ssrc]
    assert video.ssrc_group[0].semantic == "FID"
    assert video.msid.split()[0] == audio.msid.split()[0]  # one stream: played in step


def test_the_transport_is_that_of_the_first_section_that_was_accepted():
    """The microphone's section leads the bundle and is refused: the camera's address counts (RFC 9143)."""
    silent = CHROME_AUDIO.replace("opus/48000/2", "speex/16000").replace("lOSR", "other")
    agreement = agree_with_caller(offer(silent, CHROME_VIDEO, bundle="1 0"), "")

    assert agreement.remote.ufrag == "lOSR"
    assert "a=group:BUNDLE 0\r\n" in answer_to(agreement)


def test_a_data_channel_is_refused_and_the_rest_goes_on():
    agreement = agree_with_caller(offer(DATA, CHROME_VIDEO, bundle="2 0"), "")

    text = answer_to(agreement)
    assert "m=application 0 " in text
    assert "a=group:BUNDLE 0\r\n" in text


def test_addresses_are_kept_and_names_are_not():
    remote = agree_with_caller(caller_offer(), "").remote

    assert [(c.host, c.port) for c in remote.candidates] == [("192.0.2.2", 56799)]


def test_a_flood_of_candidates_is_cut():
    many = "".join(f"a=candidate:9 1 udp 5 192.0.2.{n % 250} {1000 + n} typ host\n" for n in range(500))
    text = offer(CHROME_VIDEO.replace("a=ice-ufrag", many + "a=ice-ufrag"), bundle="0")

    assert len(agree_with_caller(text, "").remote.candidates) == MAX_CANDIDATES


@pytest.mark.parametrize("host", ["224.0.0.1", "0.0.0.0", "255.255.255.255", "ff02::1", "192.0.2.300", "host.example"])
def test_candidates_that_are_nobodys_address_are_left_out(host: str):
    text = caller_offer().replace("192.0.2.2 56799 typ", f"{host} 56799 typ")

    assert agree_with_caller(text, "").remote.candidates == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v=0", "v=1"),
        ("m=video", "m=text"),
        ("a=sendonly", "a=inactive"),
        ("a=rtcp-mux\r\n", ""),
        ("a=mid:0\r\n", ""),
        ("a=mid:1", "a=mid:0"),
        ("a=mid:0", "a=mid:0 <script>"),
        ("a=ice-pwd:mUlj/Itab17z28b9CAxx/HhK", "a=ice-pwd:short"),
        ("a=ice-ufrag:lOSR", "a=ice-ufrag:no spaces"),
        (f"a=fingerprint:{FINGERPRINT}", "a=fingerprint:sha-1 AB:CD"),
        ("a=setup:actpass", "a=setup:holdconn"),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        ("m=video 56799 UDP/TLS/RTP/SAVPF 96", "m=video 56799 UDP/TLS/RTP/SAVPF 300"),
        ("m=video 56799 UDP/TLS/RTP/SAVPF 96", "m=video 56799 UDP/TLS/RTP/SAVPF ²"),
        ("m=video 56799 UDP", "m=video port UDP"),
    ],
)
def test_an_offer_that_cannot_be_answered_says_so(old: str, new: str):
    text = caller_offer()
    assert old in text

    with pytest.raises(EngineError) as refused:
        agree_with_caller(text.replace(old, new), "")
    assert refused.value.code == "bad_sdp"


@pytest.mark.parametrize("text", ["", "v=0", "v=0\r\n" * 4000, "x" * 70_000, "v=0\r\n" + "m=video 9 X 9\r\n" * 20])
def test_what_is_no_offer_is_refused(text: str):
    with pytest.raises(SdpError):
        parse_offer(text)


@settings(max_examples=300)
@given(st.data())
def test_no_damage_to_an_offer_raises_anything_else(data: st.DataObject):
    text = caller_offer()
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(st.text(max_size=6)) + text[end:]
    refusal = None
    lines = ["v=0"]
    try:
        lines = answer_to(agree_with_caller(text, "")).splitlines()
    except EngineError as error:
        refusal = error.code
    assert refusal in (None, "bad_sdp", "no_codec")
    assert all(line[1:2] == "=" for line in lines)


def test_an_offer_with_an_active_client_makes_us_the_server():
    text = caller_offer().replace("a=setup:actpass", "a=setup:active")

    assert agree_with_caller(text, "").remote.dtls_role == "server"
    assert agree_with_caller(caller_offer(), "").remote.dtls_role == "client"
