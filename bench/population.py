"""A database full of a synthetic force, for benchmarks that search it.

`populate` fills whatever database the settings name. `populated` gives a PostgreSQL of its own, kept on disk under the
figures it was asked for: the first run builds it, the next ones start from a copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.common import BenchmarkError, say

FORCE_CODE, SEED = "99", 7
_ROOT = Path(__file__).resolve().parent.parent
_CACHE = Path(os.environ.get("BENCH_CACHE", Path(tempfile.gettempdir()) / "sightline-bench"))
#: What the rows depend on. The rest of `suspects.bulk` reads files.
_MADE_BY = (
    *(f"suspects/bulk/{name}.py" for name in ("name_lists", "places", "population", "vehicles", "synthetic", "tables")),
    *(f"suspects/matching/{name}.py" for name in ("keys", "folding", "phonetics", "diminutives", "spellings")),
    *(f"suspects/codes/{name}.py" for name in ("vrm", "streets", "check_letters")),
    "*/migrations/*.py",
)
_TEMPLATE = "population"


def populate(*, people: int, vehicles: int | None = None, addresses: int | None = None, seed: int = SEED) -> None:
    """Migrate the settings' database and fill it: force 99 with its tables, people, vehicles, addresses.

    Vehicles are as many as people, addresses twice as many, unless said. Call after `django.setup()`.
    """
    from django.core.management import call_command

    from core.models import Force

    call_command("migrate", interactive=False, verbosity=0)
    Force.objects.get_or_create(
        code=FORCE_CODE, defaults={"name": "Northmere Police", "short_name": "Northmere", "is_demo": True}
    )
    options = {"count": people, "vehicles": vehicles, "addresses": addresses, "seed": seed}
    call_command("make_people", force=FORCE_CODE, stdout=sys.stderr, **options)


@contextlib.contextmanager
def populated(
    *, people: int, vehicles: int | None = None, addresses: int | None = None, seed: int = SEED, keep: bool = True
) -> Iterator[str]:
    """The URL of a PostgreSQL database that holds such a force; what is written to it is gone afterwards.

    With `keep` the filled cluster stays in BENCH_CACHE (or the directory for temporary files) for the next run.
    """
    from tests.helpers import services

    wanted = (people, people if vehicles is None else vehicles, 2 * people if addresses is None else addresses, seed)
    place = _CACHE / f"population-{'-'.join(map(str, wanted))}-{_made_by()}"
    if not (place / "filled").exists():
        _forget(place)
        _fill(place, *wanted)
    try:
        with services.kept_postgres(place) as url:
            server = url.rpartition("/")[0]
            _sql(f"{server}/postgres", "DROP DATABASE IF EXISTS bench")
            _sql(f"{server}/postgres", f"CREATE DATABASE bench TEMPLATE {_TEMPLATE} STRATEGY file_copy")
            try:
                yield f"{server}/bench"
            finally:
                _sql(f"{server}/postgres", "DROP DATABASE IF EXISTS bench WITH (FORCE)")
    finally:
        if not keep:
            shutil.rmtree(place, ignore_errors=True)


def _forget(place: Path) -> None:
    """Remove what was built with the same figures by older code, unless somebody is using it."""
    for old in place.parent.glob(f"{place.name.rpartition('-')[0]}-*"):
        if not (old / "pg/data/postmaster.pid").exists():
            shutil.rmtree(old, ignore_errors=True)


def _fill(place: Path, people: int, vehicles: int, addresses: int, seed: int) -> None:
    """Build the template in a process of its own: this one may have other settings."""
    from tests.helpers import services

    say(f"filling a database: {people:,} people, {vehicles:,} vehicles, {addresses:,} addresses")
    with services.kept_postgres(place) as url:
        server = url.rpartition("/")[0]
        _sql(f"{server}/postgres", f"CREATE DATABASE {_TEMPLATE}")
        code = (
            "import django; django.setup(); from bench.population import populate; "
            f"populate(people={people}, vehicles={vehicles}, addresses={addresses}, seed={seed})"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, env=environment(f"{server}/{_TEMPLATE}"))
        if done.returncode:
            raise BenchmarkError("the database could not be filled")
        _sql(f"{server}/{_TEMPLATE}", "VACUUM ANALYZE")
    (place / "filled").touch()


def environment(database_url: str, redis_url: str = "redis://127.0.0.1:1/0") -> dict[str, str]:
    """The environment of a process that works on this database; the Redis named here need not exist for that."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "benchmark-only-secret-key-of-more-than-fifty-characters",
        "MEDIA_TICKET_KEY": "benchmark-only-ticket-key",
        "DATA_DIR": tempfile.gettempdir(),
        "LOG_LEVEL": "ERROR",
    }


def _sql(url: str, statement: str) -> None:
    from tests.helpers.services import postgres_bin

    psql = [postgres_bin("psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement]
    subprocess.run(psql, check=True, stdout=subprocess.DEVNULL)


def _made_by() -> str:
    """Changes when the code that fills the database does."""
    digest = hashlib.sha256()
    for pattern in _MADE_BY:
        for path in sorted(_ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
