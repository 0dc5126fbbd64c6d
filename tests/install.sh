#!/usr/bin/env bash
# Installs what the tests need and the machine lacks. Debian and Ubuntu: by apt, with sudo when not root.
set -euo pipefail

declare -A wanted=(
  [/usr/lib/postgresql]=postgresql
  [redis-server]=redis-server
  [chromium]=chromium
  [chromium-headless-shell]=chromium-headless-shell
  [firefox-esr]=firefox-esr
  [turnserver]=coturn
  [cc]="gcc libc6-dev"
  [radosgw]="radosgw ceph-mon ceph-osd ceph-common"
)
missing=()
for program in "${!wanted[@]}"; do
  if [[ $program == /* ]]; then [ -d "$program" ] && continue; else command -v "$program" >/dev/null && continue; fi
  # shellcheck disable=SC2206
  missing+=(${wanted[$program]})
done
[ -n "$(find /usr/share/fonts -iname '*inter*' -print -quit 2>/dev/null)" ] || missing+=(fonts-inter)
[ -n "$(find /usr/share/fonts -iname 'NotoSans*Arabic*' -print -quit 2>/dev/null)" ] || missing+=(fonts-noto-core)
# Cameras of the feed tests: GStreamer's WebRTC, RTSP and SRT, spoken to from the system's Python
/usr/bin/python3 - 2>/dev/null <<'PY' ||
import gi
for name in ("Gst", "GstRtspServer", "GstSdp", "GstWebRTC"):
    gi.require_version(name, "1.0")
from gi.repository import Gst, GstRtspServer, GstSdp, GstWebRTC
Gst.init(None)
wanted = "qtdemux h264parse rtph264pay rtpbin webrtcbin nicesink dtlssrtpenc srtpenc mpegtsmux srtsink udpsink"
assert all(map(Gst.ElementFactory.find, wanted.split()))
PY
  missing+=(python3-gi gstreamer1.0-plugins-bad gstreamer1.0-nice gstreamer1.0-plugins-good
    gir1.2-gst-plugins-bad-1.0 gir1.2-gst-rtsp-server-1.0)
headers=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')
[ -e "$headers/Python.h" ] || [[ $headers != /usr/include/* ]] || missing+=("$(basename "$headers")-dev")  # of Debian's Python
[ -n "$(find /usr/lib -name 'libsrt.so.1.5*' -print -quit 2>/dev/null)" ] || missing+=(libsrt1.5-openssl)  # for the engine's own SRT
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "The tests need these, and this machine has no apt-get to install them: ${missing[*]}"
  echo "On macOS: brew install postgresql@15 redis coturn chromium, then run make test again."
  exit 1
fi
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
echo "Installing for the tests: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A server package must not start a server of its own here: the tests start theirs, elsewhere.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod +x $policy
  trap '$sudo rm -f $policy' EXIT
fi
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
