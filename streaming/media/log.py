"""JSON lines on stderr for the worker process. An exception is its type and its place in the code, never its text:
the text may quote an SDP, and with it somebody's address."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

# These name the network addresses of phones at INFO, some at WARNING.
_CHATTY = ("aioice", "aiortc", "asyncio", "libav")


class JsonFormatter(logging.Formatter):
    """One record, one line: time, level, logger, worker, message, the record's extras and where an exception arose."""

    def __init__(self, worker_id: str) -> None:
        super().__init__()
        self._worker_id = worker_id

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "worker": self._worker_id,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            frames = traceback.extract_tb(record.exc_info[2])[-5:]
            line["exception"] = type(record.exc_info[1]).__name__
            line["at"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, default=str, separators=(",", ":"))


def configure(worker_id: str, level: str = "INFO") -> None:
    """Send every record of the process to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(worker_id))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
