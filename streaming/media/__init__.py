"""The media engine: WebRTC in and out, forwarded packet by packet, recorded as it comes. It never imports Django."""
