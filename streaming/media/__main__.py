"""`python -m streaming.media`: a media worker. Configured by environment (see .env.example); never imports Django."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from streaming.contracts.channels import MediaKeys
from streaming.media import log as worker_log
from streaming.media.admission import MAX_LOAD
from streaming.media.host import HostSettings
from streaming.media.loop import new_event_loop, quiet_collector
from streaming.media.spool import new_owner
from streaming.media.worker import Worker, WorkerSettings


def read_settings(env: Mapping[str, str]) -> WorkerSettings:
    """The worker's settings; KeyError names a missing variable, ValueError one that cannot be read."""
    return WorkerSettings(
        redis_url=env["REDIS_URL"],
        keys=MediaKeys(env.get("REDIS_PREFIX") or "sightline"),
        drain_seconds=float(env.get("MEDIA_DRAIN_SECONDS") or 20),
        host=HostSettings(
            recordings=Path(env["MEDIA_RECORDINGS_DIR"]),
            spill=Path(env["MEDIA_SPILL_DIR"]) if env.get("MEDIA_SPILL_DIR") else None,
            ticket_key=env["MEDIA_TICKET_KEY"].encode(),
            worker_id=new_owner("worker"),
            session_limit=int(env.get("MEDIA_SESSION_LIMIT") or 80),
            max_load=float(env.get("MEDIA_MAX_LOAD") or MAX_LOAD),
            ice_servers=json.loads(env.get("MEDIA_ICE_SERVERS") or "[]"),
            address=env.get("MEDIA_HOST") or "",
        ),
    )


async def serve(settings: WorkerSettings) -> int:
    worker = Worker(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.drain)
    return await worker.run()


def main() -> int:
    try:
        settings = read_settings(os.environ)
    except (KeyError, ValueError) as error:
        print(f"streaming.media: set {error}", file=sys.stderr)
        return 2
    worker_log.configure(settings.host.worker_id, os.environ.get("LOG_LEVEL") or "INFO")
    quiet_collector()
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(serve(settings))
    except KeyboardInterrupt:
        return 130
    finally:
        logging.shutdown()


if __name__ == "__main__":
    sys.exit(main())
