"""The tests' environment: decided before Django reads its settings.

Without DATABASE_URL and REDIS_URL (`make test-fast`) everything runs on the embedded profile; `make test` starts its
own PostgreSQL and Redis and sets both. No test reaches past loopback (`--allow-hosts` in pyproject.toml).
"""

from __future__ import annotations

import gc
import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="sightline-tests-"))
os.environ.setdefault("DATA_DIR", str(SCRATCH))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "tests-only-secret-key-of-more-than-fifty-characters-and-some")
os.environ.setdefault("MEDIA_TICKET_KEY", "tests-only-ticket-key")
os.environ.setdefault("HASHED_STATIC", "0")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("DATABASE_CONN_MAX_AGE", "0")  # a kept connection would keep the test database from being dropped
os.environ.setdefault("SECURE_COOKIES", "0")
os.environ.setdefault("EVIDENCE_STORAGE", "file")
os.environ.setdefault("SMS_PROVIDERS", "tests.fakes.sms.RecordingProvider")
# Playwright's synchronous API keeps an event loop running in the test's thread, where Django would refuse queries.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# Started in the background the tests ignore Ctrl-C, and so would every process of theirs that is to end by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
Path(os.environ["DATA_DIR"], "static").mkdir(parents=True, exist_ok=True)
worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["REDIS_PREFIX"] = f"test-{os.getpid()}-{worker}"
# Clearing the cache empties a whole Redis database: each parallel worker has its own.
if os.environ.get("REDIS_URL") and worker.startswith("gw"):
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{int(worker[2:]) + 1}"

import django
import pytest
import pytest_django

django.setup()  # here, and not by pytest-django, which would read the settings before the lines above
# A parallel worker inherits this environment: it too must come here first.
del os.environ["DJANGO_SETTINGS_MODULE"]


#: The files that take longest, the longest first: of two workers none is left with one of them at the end.
LONG = (
    "integration/walls/test_hostile.py",
    "integration/walls/test_roles.py",
    "integration/incidents/test_races_embedded.py",
    "integration/evidence/test_s3.py",
    "live/test_live_alert.py",
    "media/test_benchmarks.py",
    "live/test_demo.py",
    "live/test_two_control_rooms.py",
    "media/test_slow_viewer.py",
    "media/test_marked.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONG)}
    order: dict[pytest.Item, int] = {}
    for item in items:
        path = item.path.relative_to(Path(__file__).parent)
        if path.parts[0] == "unit":
            item.add_marker(pytest.mark.unit)
        if path.parts[0] in {"live", "media", "e2e"}:
            item.add_marker(pytest.mark.slow)
        order[item] = places.get(path.as_posix(), len(LONG))
    items.sort(key=order.__getitem__)  # a stable sort: the others stay as they are


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported and collected stays to the end: there is no rubbish in it to look for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Says who keeps a connection to the test database, which could not be dropped then, and ends it."""
    from tests.helpers import flush

    yield
    with django_db_blocker.unblock():
        for last_words in flush.end_other_connections():
            print(f"\nA connection was left open. Its last statement: {last_words}", file=sys.__stderr__)


@pytest.fixture(scope="session", autouse=True)
def append_only_tables_can_be_flushed() -> None:
    from tests.helpers import flush

    flush.install()


_places = itertools.count()


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pytest's own reads the names of all earlier ones, thousands at the end, to find a number for the next."""
    path = tmp_path_factory.getbasetemp() / f"test-{next(_places)}"
    path.mkdir()
    return path


@pytest.fixture(autouse=True)
def fresh_places(settings: object, tmp_path: Path) -> None:
    """Each test has its own recordings and evidence directories."""
    settings.MEDIA_RECORDINGS_DIR = tmp_path / "recordings"  # type: ignore[attr-defined]
    settings.EVIDENCE_DIR = tmp_path / "evidence"  # type: ignore[attr-defined]
    # Slow hashes guard real passwords; here they would only make a second of every story.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def held_clock(monkeypatch: pytest.MonkeyPatch) -> float:
    """One window of the limits for the whole test, however slow the machine: its seconds."""
    from core import limits
    from suspects.services import volume

    moment, minute = 1_800_000_030.0, volume.now()
    monkeypatch.setattr(limits, "clock", lambda: moment)
    monkeypatch.setattr(volume, "now", lambda: minute)
    return moment
