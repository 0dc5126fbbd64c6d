"""`python -m tests.fakes.media_worker`: a real worker process around an engine without media."""

from __future__ import annotations

import sys

from streaming.media import __main__ as media
from streaming.media import host, worker
from tests.fakes.media_engine import FakeEngine


def main() -> int:
    factory: host.EngineFactory = FakeEngine
    media.Worker = lambda settings: worker.Worker(settings, engine_factory=factory)  # type: ignore[assignment,misc]  # stands in for the class
    return media.main()


if __name__ == "__main__":
    sys.exit(main())
