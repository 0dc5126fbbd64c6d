"""The committed OpenAPI document equals the one the code makes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import django
from django.core.management import call_command

COMMITTED = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"


def main() -> int:
    django.setup()
    fresh = io.StringIO()
    call_command("spectacular", stdout=fresh, validate=True, fail_on_warn=True)
    if fresh.getvalue() == (COMMITTED.read_text() if COMMITTED.exists() else ""):
        return 0
    print("docs/openapi.yaml is not what the code says: run `make openapi` and commit it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
