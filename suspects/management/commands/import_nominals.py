"""`manage.py import_nominals FILE`: nominals from another system, as docs/import.md describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.actors import Actor
from core.errors import DomainError
from core.models import User
from suspects.bulk.progress import Progress
from suspects.bulk.workers import cores, rarely_collected
from suspects.models import ImportRun
from suspects.selectors.imports import import_problems
from suspects.services.imports import import_nominals

_SHOWN = 20
#: Starting another process costs more than a small file does.
_WORTH_HELP_BYTES = 2_000_000


class Command(BaseCommand):
    help = "Imports a CSV or JSON lines file of nominals. The same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="FILE.csv or FILE.jsonl; columns: docs/import.md.")
        parser.add_argument("--force", required=True, help="Code of the force, two digits.")
        parser.add_argument("--by", required=True, help="Collar number of whoever answers for this import.")
        parser.add_argument("--source", default="NICHE", help="The system the file is from.")
        parser.add_argument("--dry-run", action="store_true", help="Check everything, write nothing.")
        parser.add_argument("--processes", type=int, help="Processes that prepare rows (PostgreSQL only).")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.suffix.lower() not in {".csv", ".jsonl"}:
            raise CommandError("The name of the file ends in .csv or .jsonl: it says how the rows are written.")
        user = User.objects.filter(force__code=options["force"], collar_number=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"Force {options['force']} has nobody active with the collar number {options['by']}.")
        try:
            with path.open("rb") as stream, Progress(self.stderr, "lines") as progress, rarely_collected():
                helped = path.stat().st_size >= _WORTH_HELP_BYTES
                run = import_nominals(
                    actor=Actor.for_user(user),
                    source=options["source"],
                    stream=stream,
                    file_name=path.name,
                    json_lines=path.suffix.lower() == ".jsonl",
                    dry_run=options["dry_run"],
                    processes=(options["processes"] or cores()) if helped else 1,
                    progress=progress.at,
                )
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self._report(Actor.for_user(user), run)

    def _report(self, actor: Actor, run: ImportRun) -> None:
        begun = "Checked, nothing written" if run.dry_run else "Imported"
        self.stdout.write(
            f"{begun}: {run.rows:,} rows: {run.created:,} created, {run.updated:,} updated, "
            f"{run.unchanged:,} unchanged, {run.refused:,} refused. Run {run.pk}."
        )
        page = import_problems(actor, run.pk, limit=_SHOWN)
        for one in page.problems:
            self.stdout.write(f"line {one.line}{f', {one.column}' if one.column else ''}: {one.message}")
        if page.count > len(page.problems):
            self.stdout.write(f"and {page.count - len(page.problems):,} more, kept with the run.")
