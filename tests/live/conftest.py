"""A Redis and the media workers around it, for the tests of the full profile's gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import services
from tests.helpers.media_workers import Installation


@pytest.fixture(scope="module")
def media_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with services.redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def media(media_redis: str, tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(media_redis, tmp_path)
    installation.redis.flushall()
    yield installation
    installation.close()
