"""A thousand 999 calls in a minute, told by a telephony system over HTTP: rung, located, answered or lost.

PostgreSQL, Redis, one web process and 16 lines of the telephony system share the machine. Events come out of order and
twice; afterwards the database is compared with what was sent, call by call.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.common import BenchmarkError, percentile, say
from bench.live_site import START_SECONDS, Redis, Web
from bench.site_settings import ROOT, environment
from tests.helpers import services

AML = 'A"ML=1;lt=+53.73588;lg=+0.44905;rd=11;top={top};lc=68;pm=G'
LATE = 5.0  # seconds that the last event may lag behind its time before it was no storm of that rate
ANSWER_MS = 1000.0  # a telephony system that waits longer than this holds up its own next event


@dataclass(frozen=True, order=True)
class Event:
    due: float
    call: str
    kind: str
    body: bytes = field(compare=False)
    again: bool = field(compare=False, default=False)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--lines", type=int, default=16)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when an event was refused or is not there, or the storm was slower than asked."""
    with tempfile.TemporaryDirectory(prefix="bench-calls-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        redis = Redis()
        try:
            with services.postgres(directory / "postgres") as database:
                figures = _stormed(directory, environment(directory / "data", database, redis.url), options)
        finally:
            services.stop(redis.process)
    _judge(figures)
    return figures


def _judge(figures: dict[str, Any]) -> None:
    for name in ("refused", "repeats_taken_as_new", "calls_wrong", "calls_not_sent", "numbers_with_gaps"):
        if figures[name]:
            raise BenchmarkError(f"{name}: {figures[name]}", figures)
    if figures["events"] != figures["events_sent"] or figures["positions"] != figures["calls"]:
        raise BenchmarkError("not every event, or not every position, is there once", figures)
    if figures["last_event_late_s"] > LATE:
        raise BenchmarkError(f"the last event went out {figures['last_event_late_s']} s late", figures)
    if figures["answer_ms_p95"] > ANSWER_MS:
        raise BenchmarkError(f"answer_ms_p95 {figures['answer_ms_p95']} (aim {ANSWER_MS:.0f})", figures)


def _stormed(directory: Path, env: dict[str, str], options: argparse.Namespace) -> dict[str, Any]:
    log, given, sent_file, out = (directory / name for name in ("site.log", "given.json", "sent.json", "found.json"))
    _script(env, log, "make(pathlib.Path(sys.argv[1]))", given)
    web = Web(env, log)
    try:
        services.wait_for(web.answers, "the web process", START_SECONDS, web.process)
        sent, events = _storm(options)
        say(f"{options.calls} calls, {len(events)} events in {options.seconds:.0f} s")
        figures = _send(web.port, json.loads(given.read_text())["token"], events, options)
    finally:
        services.stop(web.process, 10)
    sent_file.write_text(json.dumps(sent))
    _script(env, log, "count(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))", sent_file, out)
    told = {"calls": len(sent), "events_sent": sum(len(one["events"]) for one in sent.values())}
    return told | figures | json.loads(out.read_text())


def _script(env: dict[str, str], log: Path, call: str, *paths: Path) -> None:
    start = f"import sys, django, pathlib; django.setup(); from bench import calls_rows as rows; rows.{call}"
    with log.open("ab") as said:
        done = subprocess.run([sys.executable, "-c", start, *map(str, paths)], cwd=ROOT, env=env, stderr=said)
    if done.returncode:
        raise BenchmarkError(f"{call.partition('(')[0]} did not end well: {log.read_text(errors='replace')[-3000:]}")


def _storm(options: argparse.Namespace) -> tuple[dict[str, dict[str, Any]], list[Event]]:
    """What is told of each call, and every event with the second at which it is due. The same storm every time."""
    chance = random.Random(7)
    sent: dict[str, dict[str, Any]] = {}
    events: list[Event] = []
    for number in range(options.calls):
        call, lost = f"C-{number}", number % 10 in (0, 4, 7)
        began = chance.uniform(0, options.seconds * 0.85)
        steps = ["RINGING", "AML", *([] if lost else ["ANSWERED"]), "ENDED"]
        sent[call] = {"cli": f"+447700900{number % 1000:03d}", "events": steps, "lost": lost}
        told = chance.sample(steps[:-1], len(steps) - 1) if number % 9 == 0 else steps[:-1]
        for place, kind in enumerate([*told, "ENDED"]):
            due = began + place * options.seconds * 0.05
            body = _body(call, kind, sent[call]["cli"])
            events.append(Event(due, call, kind, body))
            if chance.random() < 0.1:
                events.append(Event(due + 0.5, call, kind, body, again=True))
    return sent, sorted(events)


def _body(call: str, kind: str, cli: str) -> bytes:
    moment = datetime.now(UTC)
    told = {"call_id": call, "event_id": f"{call}-{kind}", "event": kind, "at": moment.isoformat(), "channel": "999"}
    if kind == "RINGING":
        told |= {"cli": cli, "line": "3"}
    if kind == "AML":
        told |= {"aml": AML.format(top=f"{moment:%Y%m%d%H%M%S}")}
    return json.dumps(told).encode()


def _send(port: int, token: str, events: list[Event], options: argparse.Namespace) -> dict[str, Any]:
    """Each line takes the next event when it is due; one call's events may be on several lines at once."""
    waiting, lock = iter(events), threading.Lock()
    taken: list[float] = []
    codes: Counter[str] = Counter()
    late = 0.0
    started = time.monotonic()

    def work() -> None:
        nonlocal late
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Host": f"localhost:{port}", "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        while True:
            with lock:
                event = next(waiting, None)
            if event is None:
                line.close()
                return
            time.sleep(max(0.0, started + event.due - time.monotonic()))
            began = time.monotonic()
            line.request("POST", "/api/v1/calls/", event.body, headers)
            answer = line.getresponse()
            said = answer.read()
            with lock:
                taken.append(1000 * (time.monotonic() - began))
                late = max(late, began - started - event.due)
                codes["refused" if answer.status not in (200, 201) else "again" if event.again else "first"] += 1
                if answer.status in (200, 201) and json.loads(said)["new"]:
                    codes["new"] += 1

    lines = [threading.Thread(target=work) for _ in range(options.lines)]
    for one in lines:
        one.start()
    for one in lines:
        one.join()
    distinct = sum(not event.again for event in events)
    return {
        "requests": len(events),
        "seconds": round(time.monotonic() - started, 1),
        "requests_a_second": round(len(events) / (time.monotonic() - started), 1),
        "repeats": len(events) - distinct,
        "refused": codes["refused"],
        "repeats_taken_as_new": codes["new"] - distinct,
        "last_event_late_s": round(late, 2),
        "answer_ms_p50": round(percentile(taken, 0.5), 1),
        "answer_ms_p95": round(percentile(taken, 0.95), 1),
        "answer_ms_max": round(max(taken), 1),
    }
