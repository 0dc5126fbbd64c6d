"""A phone in two tabs, and two couriers: one file is announced once, written once and registered once.

Needs a database whose writers wait for each other.
"""

from __future__ import annotations

import hashlib

import pytest

from core.actors import Actor
from core.errors import Conflict
from evidence.models import EvidenceItem, Exhibit
from incidents.models import LogEntry
from streaming.models import CallerFile
from streaming.services import upload_register, uploads
from streaming.services.phone_access import passage
from tests.factories.sessions import make_call
from tests.factories.uploads import jpeg
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PHOTO = jpeg()


def test_two_tabs_and_two_couriers_make_one_exhibit(okafor: Actor, recording: object) -> None:
    call = make_call(okafor, mode="upload")
    let_in = passage(call.secret, call.session.pk)
    said = uploads.Chosen(name="gate.jpg", size=len(PHOTO), sha256=hashlib.sha256(PHOTO).hexdigest())
    told = at_once(4, lambda _: uploads.files.announce(passage=let_in, said=[said])[0].pk)
    assert len(set(told)) == 1, told
    sent = at_once(4, lambda _: uploads.files.take_chunk(passage=let_in, row_id=told[0], offset=0, data=PHOTO))
    assert sum(isinstance(one, CallerFile) for one in sent) == 1, sent
    assert sum(isinstance(one, Conflict) for one in sent) == 3
    at_once(2, lambda _: upload_register.register(told[0]))
    upload_register.register(told[0])
    file = CallerFile.objects.get()
    assert (file.state, file.verdict) == ("registered", "matches")
    assert (Exhibit.objects.count(), EvidenceItem.objects.get().sha256) == (1, said.sha256)
    assert LogEntry.objects.filter(text__startswith="Photo from the caller").count() == 1
