"""`bench checks`: the bare statements write rows of their own, and a missed aim fails the run."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from bench.checks import judge
from bench.checks_sql import anew
from bench.common import BenchmarkError

GOOD = {"p95_ms": 31.0, "checks_per_s": 100.0, "ratio_to_sql": 3.2, "refused": 0}


def test_a_script_writes_new_keys_each_time_and_keeps_what_it_refers_to():
    check, entry, person = uuid4(), uuid4(), uuid4()
    steps = [
        ("BEGIN", None),
        ("SELECT 1 FROM suspects_person WHERE id IN (%s)", (person,)),
        ("INSERT INTO suspects_check (id) VALUES (%s, %s)", (check, person)),
        ("EXECUTE sl_1 (%s)", [entry]),
        ("SELECT 1 FROM core_auditevent WHERE id IN (%s)", (entry,)),
        ('INSERT INTO "core_auditlink" ("seq", "event_id") VALUES (%s, %s)', (7, entry)),
        ("COMMIT", None),
    ]
    written = {"EXECUTE sl_1 (%s)": "INSERT INTO core_auditevent (id) VALUES (%s)"}
    one, other = list(anew(steps, written)), list(anew(steps, written))
    assert [sql for sql, _ in one] == [sql for sql, _ in steps]
    assert one[1] == steps[1]
    assert one[2][1][1] == person
    keys = {run[2][1][0] for run in (one, other)} | {run[3][1][0] for run in (one, other)}
    assert len(keys | {check, entry}) == 6
    assert one[4][1] == (one[3][1][0],)
    assert one[5][1][1] == one[3][1][0]
    assert one[5][1][0] != other[5][1][0]
    assert all(isinstance(key, UUID) for key in keys)


def test_every_missed_aim_is_said():
    judge(GOOD)
    with pytest.raises(BenchmarkError) as missed:
        judge({"p95_ms": 51.0, "checks_per_s": 90.0, "ratio_to_sql": 5.1, "refused": 2})
    for words in ("p95 51.0 ms", "90.0 checks a second", "5.1 times the bare SQL", "2 checks refused"):
        assert words in str(missed.value)
