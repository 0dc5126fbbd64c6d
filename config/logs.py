"""Logs: one JSON object a line, with the request id, never personal data.

Code logs facts by event name and ids (`log.info("link.claimed", session=…)`). A last filter drops what looks like a
telephone number, a one-time link or an e-mail address, so that a library's own message cannot leak one.
"""

from __future__ import annotations

import logging
import logging.config
import re
from typing import Any

import structlog

_SECRETS = [
    (re.compile(r"/v/[A-Za-z0-9_-]{6,}"), "/v/…"),
    (re.compile(r"(?<![\w.-])\+?\d[\d ]{8,}\d(?![\w-])"), "(number)"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "(address)"),
]


def scrub(text: str) -> str:
    """`text` without link tokens, telephone numbers and e-mail addresses."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def _scrub_event(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    for key in ("event", "exception", "path"):
        if isinstance(event.get(key), str):
            event[key] = scrub(event[key])
    return event


def configure(*, level: str, json: bool) -> None:
    """Route structlog and the standard library through one formatter on standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _scrub_event,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # Daphne and Django would log the path of every request, one-time links included.
                "daphne": {"level": "WARNING"},
                "django.channels.server": {"level": "ERROR"},
                "axes": {"level": "WARNING"},
                "aioice": {"level": "WARNING"},
                "botocore": {"level": "WARNING"},
                "celery": {"level": "WARNING"},  # one line a task would drown the facts
            },
        }
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
