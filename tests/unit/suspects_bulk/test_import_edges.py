"""The command and the API around an import: what is typed, what is posted, what is answered."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from core.actors import Actor
from suspects.models import ImportRun, Person
from tests.factories.core import make_force
from tests.factories.suspects import make_intel_officer, make_officer, make_suspect_tables

pytestmark = pytest.mark.django_db

IMPORTS = "/api/v1/imports/"
CSV = "source_ref,surname,given_names,date_of_birth,sex\nN-1,Pyke,Darren,06/03/1985,M\nN-2,Roe,Jade,31/02/1998,F\n"


@pytest.fixture
def vance() -> Actor:
    make_suspect_tables()
    return make_intel_officer()


def _client(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def _post(actor: Actor, body: str | bytes = CSV, content_type: str = "text/csv", query: str = "system=NICHE") -> Any:
    return _client(actor).post(f"{IMPORTS}?{query}", data=body, content_type=content_type)


def _command(path: Path, actor: Actor, **options: Any) -> str:
    out, err = StringIO(), StringIO()
    assert actor.user is not None
    given = {"force": "99", "by": actor.user.collar_number, "stdout": out, "stderr": err}
    call_command("import_nominals", path, **{**given, **options})
    assert "lines" in err.getvalue()
    return out.getvalue()


def test_the_command_says_what_became_of_the_rows(vance: Actor, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(CSV, encoding="utf-16")
    first = _command(path, vance, dry_run=True)
    assert "Checked, nothing written: 2 rows: 1 created" in first
    assert not Person.objects.exists()
    said = _command(path, vance)
    assert "Imported: 2 rows: 1 created, 0 updated, 0 unchanged, 1 refused" in said
    assert "line 3, date_of_birth: There is no such day. Check day and month." in said
    assert "0 created, 0 updated, 1 unchanged, 1 refused" in _command(path, vance)


def test_the_command_prepares_rows_in_other_processes_too(
    vance: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suspects.management.commands.import_nominals._WORTH_HELP_BYTES", 1)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")  # as manage.py leaves it for its children
    path = tmp_path / "people.csv"
    path.write_text(CSV)
    assert "1 created" in _command(path, vance, processes=2)


def test_the_command_refuses_in_words(vance: Actor, tmp_path: Path) -> None:
    good, workbook, empty = tmp_path / "a.csv", tmp_path / "a.xlsx", tmp_path / "b.csv"
    good.write_text(CSV)
    workbook.write_bytes(b"PK")
    empty.write_text("")
    officer = make_officer()
    for path, options, words in (
        (workbook, {}, "ends in .csv or .jsonl"),
        (tmp_path / "none.csv", {}, "cannot be read: No such file"),
        (empty, {}, "empty"),
        (good, {"by": "0000"}, "nobody active"),
        (good, {"force": "98"}, "nobody active"),
        (good, {"by": officer.user and officer.user.collar_number}, "role"),
        (good, {"source": "a source with far too long a name"}, "Name the system"),
    ):
        with pytest.raises(CommandError, match=words):
            _command(path, vance, **options)
    assert not ImportRun.objects.exists()


def test_rows_can_be_posted_and_their_problems_read(vance: Actor) -> None:
    answer = _post(vance)
    assert answer.status_code == 201, answer.content
    run = answer.json()
    assert (run["rows"], run["created"], run["refused"], run["system"]) == (2, 1, 1, "NICHE")
    client = _client(vance)
    assert client.get(f"{IMPORTS}{run['id']}/").json() == run
    assert client.get(IMPORTS).json()["results"] == [run]
    problems = client.get(f"{IMPORTS}{run['id']}/problems/").json()
    assert problems["results"] == [
        {"line": 3, "column": "date_of_birth", "message": "There is no such day. Check day and month."}
    ]
    line = '{"source_ref": "N-1", "surname": "Pyke", "given_names": "Darren", "sex": "M", "hair": "Brown"}\n'
    again = _post(vance, line, "application/x-ndjson", "system=NICHE&name=nightly").json()
    assert (again["updated"], again["file_name"]) == (1, "nightly")
    dry = _post(vance, line.replace("N-1", "N-5"), "application/x-ndjson", "system=NICHE&dry_run=true").json()
    assert (dry["created"], dry["dry_run"], Person.objects.count()) == (1, True, 1)


def test_the_api_refuses_and_nothing_changes(vance: Actor) -> None:
    head = CSV.partition("\n")[0]
    for answer, status in (
        (_post(vance, query=""), 422),
        (_post(vance, query="system==1"), 422),
        (_post(vance, "Pyke,Darren\n"), 422),
        (_post(vance, ""), 422),
        (_post(vance, b"\xff\xfe\x00"), 422),
        (_post(vance, "{}", "application/json"), 415),
        (_post(vance, head + "\nN,Roe,Jade,,F" * 1_001), 413),
        (_post(vance, "{}\r" * 1_001, "application/x-ndjson"), 413),
        (_post(vance, b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)), 413),
        (_post(make_officer()), 403),
        (Client().post(IMPORTS, data=CSV, content_type="text/csv"), 401),
    ):
        assert answer.status_code == status, answer.content
        assert b"Pyke" not in answer.content
    assert not ImportRun.objects.exists()
    assert _post(vance, head + "".join(f"\nN{n},Roe,Jade,,F" for n in range(3))).json()["created"] == 3


def test_another_force_s_run_is_not_there(vance: Actor) -> None:
    run = _post(vance).json()["id"]
    stranger = _client(make_intel_officer(force=make_suspect_tables(make_force("98", "Saltby Police"))))
    for tail in ("", "problems/"):
        missing, theirs = (stranger.get(f"{IMPORTS}{key}/{tail}") for key in (uuid4(), run))
        assert (theirs.status_code, theirs.json()) == (404, missing.json())
    assert stranger.get(IMPORTS).json()["results"] == []
    assert _client(make_officer()).get(f"{IMPORTS}{run}/").status_code == 403
