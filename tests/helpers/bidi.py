"""Firefox driven over WebDriver BiDi (W3C), just enough of it for a caller's story.

One browser, one tab, one connection. Commands wait for their answer; events that arrive meanwhile are kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.helpers.services import stop, wait_for

FIREFOX = "/usr/bin/firefox-esr"
PREFS: dict[str, bool | int | str] = {
    # A camera whose colour changes, a microphone that hums, a place: granted as a caller's tap would grant them.
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "permissions.default.camera": 1,
    "permissions.default.microphone": 1,
    "permissions.default.geo": 1,
    "geo.provider.use_geoclue": False,
    "geo.provider.network.url": 'data:application/json,{"location":{"lat":53.73615,"lng":0.44712},"accuracy":8}',
    # Nothing goes out but to the site: no updates, studies, telemetry, block lists, plug-ins, probes or new-tab feeds.
    "network.proxy.type": 0,
    "app.update.enabled": False,
    "app.update.disabledForTesting": True,
    "app.normandy.enabled": False,
    "app.shield.optoutstudies.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.topsites.contile.enabled": False,
    "captivedetect.canonicalURL": "",
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.blocklist.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "identity.fxaccounts.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "media.gmp-manager.url": "data:text/plain,",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.trr.mode": 5,
    "security.remote_settings.crlite_filters.enabled": False,
    "security.remote_settings.intermediates.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "data:,",
    "toolkit.telemetry.unified": False,
}
Node = Mapping[str, Any]


class CommandFailed(Exception):
    """The browser refused a command; says which and why."""


class Tab:
    """The one tab. `complaints` holds the errors that its pages logged or did not catch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = 0
        self.complaints: list[str] = []
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        self.context = self.command("browsingContext.getTree")["contexts"][0]["context"]

    def command(self, method: str, seconds: float = 30.0, **params: Any) -> dict[str, Any]:
        """The command's result. Raises CommandFailed, or TimeoutError after `seconds`."""
        self._last += 1
        number = self._last
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        deadline = time.monotonic() + seconds
        while True:
            message = json.loads(self._connection.recv(timeout=max(0.0, deadline - time.monotonic())))
            if message.get("type") == "event":
                self._keep(message)
            elif message.get("id") == number:
                if message["type"] == "error":
                    raise CommandFailed(f"{method}: {message['error']}: {message['message']}")
                return dict(message["result"])

    def _keep(self, event: dict[str, Any]) -> None:
        entry = event["params"]
        if event["method"] == "log.entryAdded" and entry["level"] == "error":
            self.complaints.append(f"{entry['type']}: {entry['text']}")

    def look_like_a_phone(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self.command("browsingContext.setViewport", context=self.context, viewport=size)

    def open(self, url: str) -> None:
        """Until the page's load event."""
        self.command("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression (or of its promise), which must be text, a number, a flag or null."""
        answer = self.command(
            "script.evaluate", expression=expression, target={"context": self.context}, awaitPromise=True
        )
        if answer["type"] == "exception":
            raise CommandFailed(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def button(self, name: str) -> Node:
        """The button that a screen reader would call `name`."""
        found = self.command(
            "browsingContext.locateNodes",
            context=self.context,
            locator={"type": "accessibility", "value": {"role": "button", "name": name}},
        )["nodes"]
        assert len(found) == 1, f"{len(found)} buttons are called {name!r}"
        return {"sharedId": found[0]["sharedId"]}

    def tap(self, element: Node) -> None:
        """A finger, trusted like a person's: down and up in the middle of the element."""
        finger = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": element}},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        source = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": finger}
        self.command("input.performActions", context=self.context, actions=[source])

    def shows(self, text: str) -> bool:
        """Is `text` among the words on the screen?"""
        return bool(self.evaluate(f"document.body.innerText.includes({json.dumps(text)})"))

    def wait_for_text(self, text: str, seconds: float = 20.0) -> None:
        try:
            wait_for(lambda: self.shows(text), "the words", seconds=seconds)
        except TimeoutError:
            screen = self.evaluate("document.body.innerText")
            raise AssertionError(f"no {text!r} on this page; errors {self.complaints}:\n{screen}") from None


def _endpoint(profile: Path) -> str:
    """Where Firefox listens, "" while it has not said so. It writes this file beside its prefs."""
    try:
        told = json.loads((profile / "WebDriverBiDiServer.json").read_text())
    except (FileNotFoundError, ValueError):
        return ""
    return f"ws://{told['ws_host']}:{told['ws_port']}/session"


@contextlib.contextmanager
def firefox(directory: Path) -> Iterator[Tab]:
    """A headless Firefox ESR with a scratch profile in `directory`; yields its tab and ends it by its process id."""
    profile = directory / "profile"
    profile.mkdir(parents=True)
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFS.items()]
    (profile / "user.js").write_text("".join(lines))
    log = directory / "firefox.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            env=os.environ | {"HOME": str(directory), "MOZ_CRASHREPORTER_DISABLE": "1", "LANGUAGE": "en_GB"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for(lambda: bool(_endpoint(profile)), "Firefox", seconds=60, process=process)
        with connect(_endpoint(profile), proxy=None, ping_interval=None, max_size=None) as connection:
            yield Tab(connection)
    except RuntimeError as error:
        raise RuntimeError(f"{error}; its log ends:\n{log.read_text(errors='replace')[-2000:]}") from error
    finally:
        stop(process, seconds=15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
