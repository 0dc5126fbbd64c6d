"""Which of the two profiles this process runs in, decided once by the URLs that are set (ARCHITECTURE section 3).

Nothing set: embedded (SQLite, in-memory channel layer, a Celery worker in a thread, the media engine in a thread,
files on disk, texts on the screen). `DATABASE_URL` and `REDIS_URL` set: full.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from config import env


def is_full() -> bool:
    """Both URLs or neither: half a profile would lose events or work in silence."""
    database, redis = env.text("DATABASE_URL"), env.text("REDIS_URL")
    if bool(database) != bool(redis):
        raise env.EnvError("Set both DATABASE_URL and REDIS_URL (full profile) or neither (embedded profile).")
    return bool(database)


def embedded_secret(path: Path) -> str:
    """A secret of this machine, made on first start and kept readable by its owner only."""
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    value = secrets.token_urlsafe(64)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(value)
    return value


def database(full: bool, data_dir: Path, *, prepared: bool) -> dict[str, Any]:
    if full:
        config: dict[str, Any] = dict(
            dj_database_url.parse(
                env.text("DATABASE_URL"), conn_max_age=env.number("DATABASE_CONN_MAX_AGE", 60), conn_health_checks=True
            )
        )
        config["ATOMIC_REQUESTS"] = False
        if prepared:
            # What is prepared (core.statements) is planned once a connection, for any value.
            config.setdefault("OPTIONS", {}).setdefault("options", "-c plan_cache_mode=force_generic_plan")
        return config
    data_dir.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data_dir / "sightline.sqlite3",
        "OPTIONS": {
            # IMMEDIATE: a writer waits for the lock at BEGIN, where SQLite honours the timeout, and not in the middle.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": env.text("TEST_SQLITE", "") or None},
    }


def channel_layer(full: bool) -> dict[str, Any]:
    if full:
        # Pub/sub, not the list layer: measured 1.1 s for one broadcast to 4,000 sockets on two cores.
        return {
            "BACKEND": "core.redis_layer.BoundedRedisLayer",
            "CONFIG": {"hosts": [env.text("REDIS_URL")], "prefix": env.text("REDIS_PREFIX", "sightline")},
        }
    return {"BACKEND": "core.layers.EmbeddedChannelLayer", "CONFIG": {"capacity": 1000}}


def cache(full: bool) -> dict[str, Any]:
    if full:
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env.text("REDIS_URL"),
            "KEY_PREFIX": env.text("REDIS_PREFIX", "sightline"),
            # Seconds. Limits are counted before a 999 call is taken: it must not wait for a Redis that says nothing.
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        }
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


@dataclass(frozen=True)
class Mail:
    """Django's settings of e-mail."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


_MAIL_SCHEMES = {"smtp": (25, False, False), "smtp+tls": (587, True, False), "smtps": (465, False, True)}


def mail(url: str) -> Mail:
    """EMAIL_URL: "smtp+tls://user:password@host:587", "smtps://…", "smtp://…", "screen:" (demo), or "" for none."""
    if not url:
        return Mail("django.core.mail.backends.dummy.EmailBackend")
    if url == "screen:":
        return Mail("streaming.sms.mail.OnScreenMail")
    parts = urlsplit(url)
    if parts.scheme not in _MAIL_SCHEMES or not parts.hostname:
        raise env.EnvError("EMAIL_URL is not one of smtp://, smtp+tls:// or smtps:// with a host")
    port, starttls, tls = _MAIL_SCHEMES[parts.scheme]
    return Mail(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls,
        tls=tls,
    )
