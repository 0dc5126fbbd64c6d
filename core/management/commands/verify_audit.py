"""`manage.py verify_audit`: does the audit trail still say what was written?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit


class Command(BaseCommand):
    help = "Recomputes the audit trail's hash chain. Exit status 1 and the place of the break when it does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        audit.chain()
        verdict = audit.verify()
        if verdict.problem:
            raise CommandError(f"The audit trail does not hold: {verdict.problem}.")
        self.stdout.write(f"The audit trail holds: {verdict.links} entries, {verdict.unchained} waiting to be chained.")
