from __future__ import annotations

import pytest

from core.actors import Actor
from core.roles import CALL_HANDLER
from tests.factories.core import make_actor


@pytest.fixture
def okafor(db: None) -> Actor:
    return make_actor(roles=(CALL_HANDLER,))
