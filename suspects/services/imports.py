"""Nominals from another system's file, or from an API call: read as a stream, written in batches.

A row is found again by (source, source_ref) and the hash of what it says, so that the same file twice changes nothing
and an import that was interrupted is simply run again.
"""

from __future__ import annotations

import re
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import BinaryIO

import django
from django.db import connection, transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Invalid, TooLarge
from core.models import AuditAction
from core.permissions import check
from suspects.bulk.columns import Problem, Raw, read_rows
from suspects.bulk.files import FileRefused, inspect, lines
from suspects.bulk.nominals import ref_of
from suspects.bulk.preparing import Prepared, Setup, digest_of, prepare
from suspects.bulk.workers import in_order
from suspects.bulk.writing import uses_copy
from suspects.models import ImportRun, MarkerKind
from suspects.services.import_batches import Batch, known, write_batch
from suspects.services.records import force_of
from suspects.states import MarkerFamily

SOURCE = re.compile(r"[A-Z0-9][A-Z0-9 /_-]{0,19}")
#: Rows of one transaction: large enough for COPY, small enough that other writers wait a second at most.
BATCH = 2_000
BATCH_WITHOUT_COPY = 400

Rows = Iterator[tuple[int, Raw | Problem]]
Progress = Callable[[int, int], None]
SAME_REF = "An earlier line of this file has the same reference. Keep one of them."


def import_nominals(
    *,
    actor: Actor,
    source: str,
    stream: BinaryIO,
    file_name: str,
    json_lines: bool,
    dry_run: bool = False,
    most_rows: int | None = None,
    processes: int = 1,
    progress: Progress = lambda done, of: None,
) -> ImportRun:
    """Import a seekable stream of CSV or JSON lines (docs/import.md); returns the finished run with its counts.

    `processes` prepare rows beside this one (PostgreSQL only). `progress(lines done, lines in all)` after each batch.
    Raises NotAllowed; Invalid for a source or a file that cannot be taken at all, TooLarge for more than `most_rows`:
    then nothing was imported.
    """
    check(actor, "import.run")
    force_id = force_of(actor)
    source = _source(source)
    try:
        facts = inspect(stream)
        rows = read_rows(lines(stream, facts.encoding), json_lines=json_lines)
        first = next(rows, None)
    except FileRefused as error:
        raise Invalid(fields={"file": str(error)}) from error
    if most_rows is not None and facts.lines > most_rows + (not json_lines):
        raise TooLarge(f"At most {most_rows:,} rows at once. Nothing was changed. Send several, or import a file.")
    setup = _setup(force_id, source)
    run = _begin(actor, setup, file_name, facts.sha256, dry_run=dry_run)
    for batch in _batches(setup, chain([first] if first else [], rows), processes):
        write_batch(actor, run, setup, batch)
        progress(batch.last_line, facts.lines)
    return _end(actor, run)


def _source(raw: str) -> str:
    found = raw.strip().upper()
    if not SOURCE.fullmatch(found):
        raise Invalid(fields={"source": "Name the system the file is from, like NICHE: up to 20 letters and digits."})
    return found


def _setup(force_id: int, source: str) -> Setup:
    moment = now()
    families = (MarkerFamily.SIGNAL, MarkerFamily.INFORMATION)
    kinds = MarkerKind.objects.filter(force_id=force_id, family__in=families)
    return Setup(
        force_id=force_id,
        source=source,
        label=f"Import {source}",
        moment=moment,
        today=local_date(moment),
        markers={code: (key, months) for code, key, months in kinds.values_list("code", "pk", "review_months")},
        as_text=uses_copy(),
    )


def _begin(actor: Actor, setup: Setup, file_name: str, sha256: str, *, dry_run: bool) -> ImportRun:
    name = "".join(char for char in file_name if char.isprintable()).rpartition("/")[2].rpartition("\\")[2]
    with transaction.atomic():
        run: ImportRun = ImportRun.objects.create(
            force_id=setup.force_id, source=setup.source, file_name=name[:120] or "unnamed", sha256=sha256,
            dry_run=dry_run, started_at=setup.moment, by_label=actor.label[:100],
        )  # fmt: skip
        audit.record(
            actor, AuditAction.COLLECT, f"suspects.importrun:{run.pk}", purpose=f"Import of {run.file_name} begun",
            fields=["dry run"] if dry_run else [],
        )  # fmt: skip
    return run


def _end(actor: Actor, run: ImportRun) -> ImportRun:
    with transaction.atomic():
        run.refresh_from_db()
        run.ended_at = now()
        run.save(update_fields=["ended_at"])
        counts = (f"{getattr(run, name)} {name}" for name in ("rows", "created", "updated", "unchanged", "refused"))
        audit.record(
            actor, AuditAction.COLLECT, f"suspects.importrun:{run.pk}", purpose=f"Import of {run.file_name} ended",
            fields=counts,
        )  # fmt: skip
    return run


def _batches(setup: Setup, rows: Rows, processes: int) -> Iterator[Batch]:
    """Batches in the order of the file, ready to write; those after it are prepared meanwhile."""
    sifted: deque[tuple[Batch, list[tuple[int, Raw, str]]]] = deque()

    def pieces() -> Iterator[tuple[Setup, list[tuple[int, Raw, str]]]]:
        seen = _Seen()
        size = BATCH if uses_copy() else BATCH_WITHOUT_COPY
        while some := list(islice(rows, size)):
            batch, fresh = _sift(setup, some, seen)
            sifted.append((batch, fresh))
            yield setup, fresh

    processes = processes if connection.vendor == "postgresql" else 1
    for results in in_order(prepare, pieces(), processes=processes, begin=django.setup):
        batch, fresh = sifted.popleft()
        for (_, raw, _), result in zip(fresh, results, strict=True):
            if isinstance(result, Prepared):
                result.raw = raw
                batch.prepared.append(result)
            else:
                batch.problems += result
                batch.refused += 1
        batch.problems.sort(key=lambda problem: problem.line)
        yield batch


def _sift(setup: Setup, rows: list[tuple[int, Raw | Problem]], seen: _Seen) -> tuple[Batch, list[tuple[int, Raw, str]]]:
    """Set aside what needs no work: lines that are no rows, references that came before, rows known by their hash."""
    batch, fresh = Batch(last_line=rows[-1][0]), []
    refs = [ref_of(raw) for _, raw in rows if not isinstance(raw, Problem)]
    held = known(setup.force_id, setup.source, [ref for ref in refs if ref])
    new = seen.add(refs)
    for line, raw in rows:
        if isinstance(raw, Problem):
            batch.problems.append(raw)
            batch.refused += 1
            continue
        ref, digest = ref_of(raw), digest_of(raw)
        if ref and not next(new):
            batch.problems.append(Problem(line, "source_ref", SAME_REF))
            batch.refused += 1
        elif ref and held.get(ref, ("", ""))[1] == digest:
            batch.unchanged += 1
        else:
            fresh.append((line, raw, digest))
    return batch, fresh


class _Seen:
    """The references of one file, on disk: a file of ten million rows must not fill the memory."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)  # "": a file of its own that goes when it is closed
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE TABLE seen (ref TEXT PRIMARY KEY) WITHOUT ROWID"
        )

    def add(self, refs: list[str]) -> Iterator[bool]:
        """For each reference that is not empty: whether it is new to the file."""
        self._rows.execute("BEGIN")
        found = [
            self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?)", (ref,)).rowcount == 1 for ref in refs if ref
        ]
        self._rows.execute("COMMIT")
        return iter(found)
