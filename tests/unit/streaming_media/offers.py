"""Offers as browsers write them, shortened to what matters."""

from __future__ import annotations

FINGERPRINT = "sha-256 " + ":".join(["AB"] * 32)

CHROME_VIDEO = """m=video 56799 UDP/TLS/RTP/SAVPF 96 97 104 105 108 109 116
c=IN IP4 192.0.2.2
a=candidate:1 1 udp 2122194687 192.0.2.2 56799 typ host generation 0 network-id 1
a=candidate:2 1 udp 2122265343 1b2c0c8e-3f2a.local 56774 typ host generation 0
a=candidate:3 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active
a=ice-ufrag:lOSR
a=ice-pwd:mUlj/Itab17z28b9CAxx/HhK
a=fingerprint:{fingerprint}
a=setup:actpass
a=mid:0
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a={direction}
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:104 H264/90000
a=rtcp-fb:104 nack
a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
a=rtpmap:105 H264/90000
a=rtcp-fb:105 nack
a=fmtp:105 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:108 H264/90000
a=rtcp-fb:108 goog-remb
a=rtcp-fb:108 nack
a=rtcp-fb:108 nack pli
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:109 rtx/90000
a=fmtp:109 apt=108
a=rtpmap:116 H264/90000
a=fmtp:116 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f
a=ssrc-group:FID 1779336560 3131789296
a=ssrc:1779336560 cname:MHrVKN
a=ssrc:3131789296 cname:MHrVKN
"""

CHROME_AUDIO = """m=audio 39636 UDP/TLS/RTP/SAVPF 111 0
c=IN IP4 192.0.2.2
a=ice-ufrag:lOSR
a=ice-pwd:mUlj/Itab17z28b9CAxx/HhK
a=fingerprint:{fingerprint}
a=setup:actpass
a=mid:1
a={direction}
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:0 PCMU/8000
a=ssrc:1969953396 cname:MHrVKN
"""

DATA = """m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:2
a=ice-ufrag:lOSR
a=ice-pwd:mUlj/Itab17z28b9CAxx/HhK
a=fingerprint:{fingerprint}
a=setup:actpass
a=sctp-port:5000
"""


def offer(*sections: str, direction: str = "sendonly", bundle: str = "0 1") -> str:
    """An offer of the given sections, lines ended as in the RFC."""
    text = f"v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE {bundle}\n" + "".join(sections)
    return text.format(fingerprint=FINGERPRINT, direction=direction).replace("\n", "\r\n")


def caller_offer() -> str:
    return offer(CHROME_VIDEO, CHROME_AUDIO)


def viewer_offer() -> str:
    return offer(CHROME_VIDEO, CHROME_AUDIO, direction="recvonly")
