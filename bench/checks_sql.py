"""The floor of `bench checks`: the SQL of checks, recorded once, sent bare. Started after django.setup().

The statements of whole requests (session, roles, search, check, audit entry and its chain) with their BEGIN and COMMIT,
through psycopg2 alone, at the rate of the checks and timed from the moment each was due. New rows get new keys.
"""

from __future__ import annotations

import argparse
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from uuid import UUID, uuid4

import psycopg2  # type: ignore[import-untyped]  # no stubs among our pins
from django.conf import settings
from django.db import connection
from django.test import Client

from core.statements import prepared

RECORDED, CONNECTIONS = 150, 8
NEW_KEY = ("INSERT INTO suspects_check ", "INSERT INTO core_auditevent ")
LINK = 'INSERT INTO "core_auditlink"'
_links = itertools.count(10**15)

Step = tuple[str, Any]


class Recorder:
    """What Django sends while `recording` runs."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.steps.append((sql, params))
        return execute(sql, params, many, context)

    def mark_transactions(self) -> None:
        """Django begins and commits beside its statements."""
        wrapper: Any = connection
        begin, commit = wrapper._set_autocommit, wrapper._commit

        def set_autocommit(autocommit: bool) -> None:
            if not autocommit:
                self.steps.append(("BEGIN", None))
            begin(autocommit)

        def commit_marked() -> Any:
            self.steps.append(("COMMIT", None))
            return commit()

        wrapper._set_autocommit, wrapper._commit = set_autocommit, commit_marked  # of this process alone


def record(plan: dict[str, Any], count: int) -> list[list[Step]]:
    """The statements of `count` checks, each as one request of a signed-in officer."""
    recorder, scripts = Recorder(), []
    connection.ensure_connection()
    recorder.mark_transactions()
    for one, cookie in itertools.islice(zip(plan["checks"], itertools.cycle(plan["cookies"]), strict=False), count):
        client = Client(headers={"host": "localhost"})
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie.partition("=")[2]
        recorder.steps = []
        with connection.execute_wrapper(recorder):
            answer = client.post("/api/v1/checks/", one["body"], content_type="application/json")
        if answer.status_code != 201:
            raise RuntimeError(f"a check was refused: {answer.content[:300]!r}")
        scripts.append(recorder.steps)
    return scripts


def anew(steps: list[Step], written: dict[str, str]) -> Iterator[Step]:
    """The script with new keys wherever it writes rows of its own. `written`: what each prepared statement says."""
    fresh: dict[Any, Any] = {}
    for sql, params in steps:
        if written.get(sql, sql).startswith(NEW_KEY):
            fresh |= {
                key: uuid4() for key in params if isinstance(key, UUID) and key not in fresh and _first(params, key)
            }
        if sql.startswith(LINK):
            yield sql, _new_links(params, fresh)
        else:
            yield sql, _put(params, fresh)


def _first(params: Any, key: UUID) -> bool:
    return next(value for value in params if isinstance(value, UUID)) == key


def _put(value: Any, fresh: dict[Any, Any]) -> Any:
    if isinstance(value, tuple | list):
        return type(value)(_put(one, fresh) for one in value)
    return fresh.get(value, value) if isinstance(value, UUID) else value


def _new_links(params: Any, fresh: dict[Any, Any]) -> tuple[Any, ...]:
    """Numbers beyond the chain, and keys of entries that are this script's own or nobody's."""
    return tuple(
        next(_links) if isinstance(one, int) else fresh.get(one) or uuid4() if isinstance(one, UUID) else one
        for one in params
    )


def replay(database: str, scripts: list[list[Step]], rate: float, seconds: float) -> list[float]:
    """Milliseconds of each script, sent at `rate` a second over CONNECTIONS connections."""
    due: SimpleQueue[tuple[float, list[Step]] | None] = SimpleQueue()
    ms: list[float] = []
    statements = prepared()  # by the recording
    written = {statement.execute: statement.sql for statement in statements}

    def send() -> None:
        bare = psycopg2.connect(database, options="-c plan_cache_mode=force_generic_plan")  # as the site's are
        bare.autocommit = True
        with bare.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.preparing())
            while (work := due.get()) is not None:
                moment, steps = work
                for sql, params in anew(steps, written):
                    cursor.execute(sql, params)
                    if cursor.description:
                        cursor.fetchall()
                ms.append(1000 * (time.perf_counter() - moment))
        bare.close()

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    begun = time.perf_counter()
    for number, steps in zip(range(int(rate * seconds)), itertools.cycle(scripts), strict=False):
        moment = begun + number / rate
        time.sleep(max(0.0, moment - time.perf_counter()))
        due.put((moment, steps))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    scripts = record(json.loads(options.plan.read_text()), RECORDED)
    replay(options.database, scripts, options.rate, 1.0)  # connections and plans
    ms = replay(options.database, scripts, options.rate, options.seconds)
    statements = sorted(sum(sql not in ("BEGIN", "COMMIT") for sql, _ in steps) for steps in scripts)
    options.out.write_text(json.dumps({"ms": ms, "statements": statements[len(statements) // 2]}))
