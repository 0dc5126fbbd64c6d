"""A camera made of Debian's GStreamer 1.22, run by the system's Python (`/usr/bin/python3`, for its gi bindings):

    gstreamer_camera.py whip FILM URL TOKEN   sends FILM with WHIP: webrtcbin, as whipclientsink is not packaged
    gstreamer_camera.py rtsp FILM PORT        serves it at rtsp://127.0.0.1:PORT/quay
    gstreamer_camera.py srt FILM PORT [PASS]  serves it at srt://127.0.0.1:PORT

FILM is an MP4 with H264, passed on as it is. Prints "ready" once it serves or sends. Ends when its standard input does.
"""

import sys
import threading
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstRtspServer, GstSdp, GstWebRTC  # the versions come first

FILM = "filesrc location={film} ! qtdemux ! h264parse config-interval=-1"


class Whip:
    def __init__(self, film, url, token):
        self.url, self.token = url, token
        self.pipeline = Gst.parse_launch(
            f"{FILM.format(film=film)} ! identity sync=true ! rtph264pay pt=96 aggregate-mode=zero-latency "
            "! application/x-rtp,media=video,encoding-name=H264,payload=96 "
            "! webrtcbin name=peer bundle-policy=max-bundle"
        )
        self.peer = self.pipeline.get_by_name("peer")
        # libnice leaves the loopback out unless it is told to use it. The agent is kept: 1.22 hands it out without a
        # reference of its own, and letting go of it would take it from under webrtcbin.
        self.agent = self.peer.get_property("ice-agent")
        self.agent.emit("add-local-ip-address", "127.0.0.1")
        self.peer.emit("get-transceiver", 0).set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        self.peer.connect("on-negotiation-needed", self.negotiate)
        self.peer.connect("notify::ice-gathering-state", self.gathered)
        self.pipeline.set_state(Gst.State.PLAYING)

    def negotiate(self, peer):
        def made(promise):
            reply = promise.get_reply()  # the offer lives in it
            offer = reply.get_value("offer")
            peer.emit("set-local-description", offer, Gst.Promise.new())

        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(made))

    def gathered(self, peer, _):
        if peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self.post, daemon=True).start()

    def post(self):
        offer = self.peer.get_property("local-description").sdp.as_text()
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.url, offer.encode(), headers, method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            _, sdp = GstSdp.SDPMessage.new_from_text(answer.read().decode())
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.peer.emit("set-remote-description", description, Gst.Promise.new())
        print("ready", flush=True)


def rtsp(film, port):
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(f"( {FILM.format(film=film)} ! rtph264pay name=pay0 pt=96 )")
    factory.set_shared(True)
    server.get_mount_points().add_factory("/quay", factory)
    server.attach(None)
    print("ready", flush=True)
    return server


def srt(film, port, passphrase=""):
    secret = f" passphrase={passphrase}" if passphrase else ""
    pipeline = Gst.parse_launch(
        f"{FILM.format(film=film)} ! identity sync=true ! mpegtsmux alignment=7 "
        f"! srtsink uri=srt://:{port}?mode=listener localaddress=127.0.0.1 wait-for-connection=true{secret}"
    )
    pipeline.set_state(Gst.State.PLAYING)
    print("ready", flush=True)
    return pipeline


def main():
    Gst.init(None)
    loop = GLib.MainLoop()
    kept = {"whip": Whip, "rtsp": rtsp, "srt": srt}[sys.argv[1]](*sys.argv[2:])
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()
    return kept


if __name__ == "__main__":
    main()
