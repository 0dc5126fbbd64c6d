"""Which of the two profiles this process runs in, decided once by the URLs that are set (ARCHITECTURE section 3).

Nothing set: embedded (SQLite, in-memory channel layer, a Celery worker in a thread, the media engine in a thread,
files on disk, texts on the screen). `DATABASE_URL` and `REDIS_URL` set: full.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

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
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [env.text("REDIS_URL")], "prefix": env.text("REDIS_PREFIX", "sightline")},
        }
    return {"BACKEND": "core.layers.EmbeddedChannelLayer", "CONFIG": {"capacity": 1000}}


def cache(full: bool) -> dict[str, Any]:
    if full:
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env.text("REDIS_URL"),
            "KEY_PREFIX": env.text("REDIS_PREFIX", "sightline"),
        }
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
