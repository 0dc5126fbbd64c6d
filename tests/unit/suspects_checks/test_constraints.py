"""Each rule the database itself keeps of stops, checks, receipts and identity checks, shown by the row it refuses."""

from __future__ import annotations

import datetime as dt

import pytest

from core.clock import now
from suspects.models import (
    Check,
    CheckStop,
    IdentityAnswer,
    IdentityCheck,
    KnowledgeReceipt,
    ReceiptSerial,
    SearchSurge,
    SourceResult,
)
from tests.factories import suspects as make
from tests.helpers.refused_rows import insert, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def stop(reid):
    return CheckStop.objects.create(
        force_id=reid.force_id, user_id=reid.user_id, reason_code="4", justification="Seen near the garages",
        started_at=now(), expires_at=now() + dt.timedelta(minutes=30),
    )  # fmt: skip


def test_stops(stop):
    refused("one_open_stop_per_person", insert(stop))
    insert(stop, ended_at=now())()
    refused("stop_reason_known", insert(stop, ended_at=now(), reason_code="X"))


def test_what_outside_systems_answered(stop):
    asked = Check.objects.create(
        force=stop.force, stop=stop, user=stop.user, subject="PERSON", typed="pyke", outcome="NO_TRACE", at=now()
    )
    waiting = SourceResult.objects.create(force=stop.force, asked_for=asked, system="PNC", asked_at=now())
    refused("one_answer_per_system", insert(waiting))
    refused("an_answer_has_its_time", insert(waiting, system="DVLA", outcome="NO_TRACE"))
    refused("an_answer_has_its_time", insert(waiting, system="DVLA", returned_at=now()))


def test_surges(stop):
    surge = SearchSurge.objects.create(force=stop.force, user=stop.user, minute=now(), searches=61)
    refused("one_surge_per_minute", insert(surge))


def test_receipts(stop):
    serial = ReceiptSerial.objects.create(force=stop.force, user=stop.user)
    refused("suspects.ReceiptSerial.user", insert(serial))
    receipt = KnowledgeReceipt.objects.create(
        force=stop.force, reference="KR-7741-0001", user=stop.user, user_label="PC Reid", subject="PERSON",
        record_id=stop.pk, purpose="profile", content="{}", sha256="0" * 64, at=now(),
    )  # fmt: skip
    refused("receipt_reference_once", insert(receipt))


def test_identity_checks(stop):
    one = IdentityCheck.objects.create(
        force=stop.force, person=make.make_person(stop.force), officer=stop.user, officer_label="PC Reid",
        started_at=now(),
    )  # fmt: skip
    refused("identity_verdict_is_timed", insert(one, verdict="HIM"))
    refused("identity_verdict_is_timed", insert(one, ended_at=now()))
    answer = IdentityAnswer.objects.create(
        force=stop.force, identity_check=one, question="birthplace", said="Goole", fits=True, at=now()
    )
    refused("question_asked_once", insert(answer))
