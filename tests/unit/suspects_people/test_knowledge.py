"""Markers that are explained, intelligence without its source, documents kept as they came."""

from __future__ import annotations

import datetime as dt

import pytest

from core.clock import local_date, now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent
from suspects.models import IntelligenceReport, Marker, PersonDocument
from suspects.selectors.documents import open_document
from suspects.selectors.profile import person_profile
from suspects.services.documents import add_document
from suspects.services.intelligence import disseminate, regrade, submit_report, withdraw
from suspects.services.markers import add_marker, confirm_marker, remove_marker
from tests.factories import suspects as make
from tests.factories.incidents import make_stranger
from tests.factories.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def pyke(force):
    return make.make_person(force)


def warn(actor, person, **changes):
    given = {"subject": {"person": person.pk}, "code": "we", "text": "Lock knife in his right sock.", "source": "PNC"}
    return add_marker(actor=actor, **{**given, **changes})


def test_a_marker_is_explained_dated_and_reviewed(sergeant, pyke):
    marker, today = warn(sergeant, pyke), local_date(now())
    assert 360 < (marker.review_due - today).days < 370
    with pytest.raises(Conflict):
        warn(sergeant, pyke)
    later = today + dt.timedelta(days=400)
    assert confirm_marker(actor=sergeant, marker_id=marker.pk, source="Custody", review_due=later).review_due == later
    with pytest.raises(NotAllowed, match="Somebody else"):
        remove_marker(actor=sergeant, marker_id=marker.pk, reason="Wrong person")
    other = make.make_sergeant(force=pyke.force)
    remove_marker(actor=other, marker_id=marker.pk, reason="Wrong person")
    with pytest.raises(NotFound):
        remove_marker(actor=other, marker_id=marker.pk, reason="Again")
    assert Marker.objects.get().removed_reason == "Wrong person"
    assert person_profile(other, pyke.pk, "").warnings == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "Knife"}, "text"),
        ({"source": " "}, "source"),
        ({"code": "ZZ"}, "code"),
        ({"code": "DOG"}, "code"),
        ({"event_date": dt.date(2090, 1, 1)}, "event_date"),
        ({"review_due": dt.date(2020, 1, 1)}, "review_due"),
        ({"review_due": dt.date(2090, 1, 1)}, "review_due"),
        ({"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "expires_at"),
        ({"subject": {}}, "subject"),
        ({"subject": {"organisation": "x"}}, "subject"),
    ],
)
def test_an_unexplained_marker_is_refused(sergeant, pyke, changes, field):
    with pytest.raises(Invalid) as error:
        warn(sergeant, pyke, **changes)
    assert set(error.value.fields) == {field}
    assert not Marker.objects.exists()


def test_health_and_refuges_only_by_who_may_see_them(force, sergeant, intel, pyke):
    from tests.factories.core import make_actor

    investigator = make_actor(force=force, roles=("investigator",))
    with pytest.raises(NotAllowed):
        warn(investigator, pyke, code="SU")
    health = warn(sergeant, pyke, code="SU", text="Said so in June 2026.")
    with pytest.raises(NotFound):  # hidden equals missing
        remove_marker(actor=investigator, marker_id=health.pk, reason="x")
    home = make.make_address(force)
    with pytest.raises(NotAllowed):
        warn(intel, pyke, subject={"address": home.pk}, code="REF", text="Women's refuge, 24 h.")
    dog = warn(intel, pyke, subject={"address": home.pk}, code="DOG", text="Large dog, loose in the yard.")
    assert dog.expires_at is not None
    assert dog.expires_at.date() == dog.review_due
    theirs = make_stranger()
    make.make_suspect_tables(theirs.user.force)
    with pytest.raises(NotFound):
        warn(theirs, pyke)
    with pytest.raises(NotAllowed):
        warn(make.make_officer(force=force), pyke)


def report(actor, person, **changes):
    given = {
        "grade": "2BC",
        "text": "Sleeps at 31 Fenside Walk most weekends.",
        "handling_conditions": "Do not say where from",
    }
    return submit_report(actor=actor, **{**given, "subjects": [("person", person.pk)], **changes})


def test_a_report_is_seen_when_it_is_disseminated_and_no_longer_when_withdrawn(intel, officer, pyke):
    filed = report(intel, pyke)
    assert (filed.state, filed.is_opinion, filed.grading) == ("SUBMITTED", True, "2BC")
    assert person_profile(officer, pyke.pk, "").intelligence == ()
    disseminate(actor=intel, report_id=filed.pk, recipient="All officers", purpose="Recall to prison")
    (seen,) = person_profile(officer, pyke.pk, "").intelligence
    assert (seen.grade, seen.conditions, seen.opinion) == ("2BC", "Do not say where from", True)
    entry = AuditEvent.objects.get(action="DISCLOSE")
    assert (entry.recipient, entry.purpose) == ("All officers", "Recall to prison")
    with pytest.raises(Conflict):
        disseminate(actor=intel, report_id=filed.pk, recipient="x", purpose="x")
    regraded = regrade(actor=intel, report_id=filed.pk, grade="1AP", comment="Confirmed by visit")
    assert (regraded.grading, regraded.handling_conditions) == ("1AP", "")
    withdraw(actor=intel, report_id=filed.pk, reason="Another man")
    assert person_profile(officer, pyke.pk, "").intelligence == ()
    for call in (
        lambda: withdraw(actor=intel, report_id=filed.pk, reason="x"),
        lambda: regrade(actor=intel, report_id=filed.pk, grade="1AP", comment="x"),
        lambda: report(intel, pyke, urn=filed.urn),
    ):
        with pytest.raises(Conflict):
            call()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grade": "5x5"}, "grade"),
        ({"handling_conditions": ""}, "handling_conditions"),
        ({"text": "The source said he sleeps there."}, "text"),
        ({"text": "CHIS reporting: sleeps at his sister's."}, "text"),
        ({"text": "Call her on 07700 900417."}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"subjects": []}, "subjects"),
        ({"subjects": [("organisation", "x")]}, "subjects"),
        ({"review_due": dt.date(2090, 1, 1)}, "review_due"),
        ({"occurred_at": dt.datetime(2090, 1, 1, tzinfo=dt.UTC)}, "occurred_at"),
    ],
)
def test_a_report_that_breaks_a_rule_is_refused(intel, pyke, changes, field):
    with pytest.raises(Invalid) as error:
        report(intel, pyke, **changes)
    assert set(error.value.fields) == {field}
    assert not IntelligenceReport.objects.exists()


def test_reports_are_written_by_intelligence_of_the_same_force(intel, sergeant, pyke):
    with pytest.raises(NotAllowed):
        report(sergeant, pyke)
    theirs = make.make_intel_officer(force=make.make_suspect_tables(make_stranger().user.force))
    with pytest.raises(NotFound):
        report(theirs, pyke)
    filed = report(intel, pyke)
    for call in (
        lambda: disseminate(actor=theirs, report_id=filed.pk, recipient="x", purpose="x"),
        lambda: withdraw(actor=theirs, report_id=filed.pk, reason="x"),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(Invalid):
        regrade(actor=intel, report_id=filed.pk, grade="1AP", comment=" ")


def test_documents_are_kept_by_what_they_are(sergeant, officer, pyke):
    pdf = b"%PDF-1.7\n" + b"charge sheet\n" * 20 + b"%%EOF\n"
    row = add_document(actor=sergeant, person_id=pyke.pk, data=pdf, title="Charge sheet", source="Custody")
    assert (row.mime, row.size_bytes) == ("application/pdf", len(pdf))
    assert add_document(actor=sergeant, person_id=pyke.pk, data=pdf, title="Again", source="Custody") == row
    add_document(actor=sergeant, person_id=pyke.pk, data=picture(), title="Door", source="BWV")
    add_document(actor=sergeant, person_id=pyke.pk, data="Note: café".encode(), title="Note", source="BWV")
    before = AuditEvent.objects.count()
    assert b"".join(open_document(officer, row.pk).read()) == pdf
    (entry,) = AuditEvent.objects.order_by("at")[before:]
    assert entry.object == f"suspects.persondocument:{row.pk}"
    for data in (b"", b"MZ\x90\0" + b"\0" * 300, b"%PDF-1.7 cut", b"\xff\xfe\x00"):
        with pytest.raises(Invalid):
            add_document(actor=sergeant, person_id=pyke.pk, data=data, title="x", source="x")
    assert PersonDocument.objects.count() == 3
    with pytest.raises(NotFound):
        open_document(make_stranger(), row.pk)
