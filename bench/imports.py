"""How fast nominals come in from a file, on a PostgreSQL of its own: rows a second, memory, and the same file again.

`cpu_s` and `server_cpu_s` are what the import and the database used: on a busy machine they say more than `seconds`.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.common import BenchmarkError, say
from bench.population import FORCE_CODE, environment

COLLAR = "5102"
_ROOT = Path(__file__).resolve().parent.parent
_COLUMNS = (
    "source_ref", "surname", "given_names", "date_of_birth", "sex", "ethnicity_self", "ethnicity_observed",
    "birthplace", "height_from", "build", "hair", "category", "alias_1", "pnc_id", "cro", "landline", "mobile",
    "email", "address_number", "address_street", "address_town", "address_postcode", "address_uprn", "marker_1_code",
    "marker_1_text", "vehicle_1_vrm", "vehicle_1_make",
)  # fmt: skip
#: One row in so many has an impossible date of birth: refusing is part of the work.
_WRONG_EVERY = 997
_BEGIN = (
    "import django; django.setup(); from django.core.management import call_command; "
    "from core.models import Force, RoleGrant, User; from suspects.services.reference_data import seed_force; "
    "call_command('migrate', interactive=False, verbosity=0); "
    f"force = Force.objects.create(code='{FORCE_CODE}', name='Northmere Police', short_name='Northmere'); "
    f"user = User.objects.create_user(force=force, collar_number='{COLLAR}', first_name='Kit', last_name='Vance', "
    "password='northmere-harbour-lane'); RoleGrant.objects.create(user=user, role='intel'); seed_force(force)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--target-seconds", type=float, default=600.0, help="For a million rows; fewer in proportion.")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Figures: seconds and rows a second of a first import; of the same file again; the importer's largest memory."""
    from tests.helpers import services

    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        path = Path(folder) / "nominals.csv"
        _make_file(path, options.rows, options.seed)
        with services.kept_postgres(Path(folder) / "server") as url:
            where = environment(url) | {"DATA_DIR": folder}
            subprocess.run([sys.executable, "-c", _BEGIN], cwd=_ROOT, env=where, check=True)
            server = int((Path(folder) / "server/pg/data/postmaster.pid").read_text().split()[0])
            first = _import(path, where, server)
            again = _import(path, where, server)
    figures = {
        "rows": options.rows,
        "file_mb": first["file_mb"],
        "seconds": first["seconds"],
        "rows_per_s": round(options.rows / first["seconds"]),
        "cpu_s": first["cpu_s"],
        "server_cpu_s": first["server_cpu_s"],
        "again_seconds": again["seconds"],
        "counts": first["counts"],
        "again_counts": again["counts"],
        "largest_mb": first["largest_mb"],
        "target_seconds": round(options.target_seconds * options.rows / 1_000_000, 1),
    }
    wrong = options.rows // _WRONG_EVERY
    if first["counts"] != [options.rows, options.rows - wrong, 0, 0, wrong]:
        raise BenchmarkError("the first import did not create every good row", figures)
    if again["counts"] != [options.rows, 0, 0, options.rows - wrong, wrong]:
        raise BenchmarkError("the second import changed something", figures)
    if figures["seconds"] > figures["target_seconds"]:
        raise BenchmarkError("slower than it has to be", figures)
    return figures


def _make_file(path: Path, rows: int, seed: int) -> None:
    """The synthetic people as another system would export them; addresses and vehicles come once in two people."""
    from suspects.bulk.places import address
    from suspects.bulk.population import people
    from suspects.bulk.vehicles import mark

    say(f"writing {rows:,} rows")
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, _COLUMNS, restval="")
        out.writeheader()
        for one in people(rows, seed):
            home = address(int(one.home * rows / 2), seed)
            wrong = one.index % _WRONG_EVERY == _WRONG_EVERY - 1
            row = {
                "source_ref": f"N{one.index}", "surname": one.surname, "given_names": one.given_names,
                "date_of_birth": "31/02/1990" if wrong else f"{one.date_of_birth:%d/%m/%Y}", "sex": str(one.sex),
                "ethnicity_self": one.ethnicity_self, "ethnicity_observed": one.ethnicity_observed,
                "birthplace": one.birthplace, "height_from": one.height, "build": one.build, "hair": one.hair,
                "category": str(one.category), "address_number": home.number, "address_street": home.street,
                "address_town": home.town, "address_postcode": home.postcode, "address_uprn": home.uprn,
            }  # fmt: skip
            row |= {{"PNC": "pnc_id", "CRO": "cro"}[x.kind]: x.value for x in one.identifiers if x.kind != "ASN"}
            names = {"MOBH": "mobile", "LANH": "landline", "EMAIL": "email"}
            row |= {names[contact.kind]: contact.value for contact in one.contacts}
            if len(one.names) > 1 and one.names[1].surname:
                row["alias_1"] = f"{one.names[1].surname}, {one.names[1].given_names}"
            if one.markers:
                row |= {"marker_1_code": one.markers[0].code, "marker_1_text": one.markers[0].text}
            if one.index % 2:
                row |= {"vehicle_1_vrm": mark(one.index, seed), "vehicle_1_make": "FORD"}
            out.writerow(row)


def _import(path: Path, where: dict[str, str], server: int) -> dict[str, Any]:
    """One run of the command in its own process; `server` is PostgreSQL's first process. Raises BenchmarkError."""
    say("importing")
    command = [sys.executable, "manage.py", "import_nominals", str(path), "--force", FORCE_CODE, "--by", COLLAR]
    began, used, served = time.monotonic(), _children_cpu(), _ended_cpu(server)
    done = subprocess.run([*command, "--source", "NICHE"], cwd=_ROOT, env=where, stdout=subprocess.PIPE, text=True)
    seconds = time.monotonic() - began
    if done.returncode:
        raise BenchmarkError("the import failed")
    said = done.stdout.splitlines()[0]
    say(said)
    counts = [int(word.replace(",", "")) for word in said.split(":", 1)[1].split(". Run")[0].split()
              if word.replace(",", "").isdigit()]  # fmt: skip
    return {
        "seconds": round(seconds, 1),
        "cpu_s": round(_children_cpu() - used, 1),
        "server_cpu_s": round(_ended_cpu(server) - served, 1),
        "counts": counts,
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "largest_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000),
    }


def _children_cpu() -> float:
    """Seconds of processor that ended children used, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ended_cpu(pid: int) -> float:
    """The same of another process: PostgreSQL's own children end with the connection they served."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
