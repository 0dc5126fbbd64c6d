"""A. Okafor describes the man with the knife; Reid corrects it; both at once lose nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.actors import Actor
from core.clock import now
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import INVESTIGATOR
from evidence.models import EvidenceItem
from incidents.models import LogEntry
from streaming import descriptions as words
from streaming.models import Description, DescriptionVersion
from streaming.selectors import descriptions_of
from streaming.services import descriptions
from streaming.services.descriptions import Box, Clash, Said
from tests.factories.core import make_actor
from tests.factories.pictures import picture
from tests.factories.sessions import Call

KNIFE = {
    "sex": "male", "age_from": "20", "age_to": "25", "ethnicity_observed": "IC1", "height_from": "175",
    "height_to": "180", "build": "Slim", "clothing": "grey hooded top up, black joggers",
    "carrying": "knife in right hand",
}  # fmt: skip


def said(fields: dict[str, str] | None = None, **changes: Any) -> Said:
    return Said(**{"role": "suspect", "fields": KNIFE if fields is None else fields, "finished": True, **changes})


def describe(call: Call, seconds: float = 0, **changes: Any) -> Description:
    given: dict[str, Any] = {
        "actor": call.handler, "session_id": call.session.pk, "key": uuid.uuid4(), "kind": "person", "said": said(),
        "moment": call.fresh().first_frame_at + timedelta(seconds=seconds),
    }  # fmt: skip
    return descriptions.describe(**{**given, **changes})


def log_of(call: Call) -> list[str]:
    entries = LogEntry.objects.filter(incident_id=call.session.incident_id, type="MEDIA")
    return list(entries.values_list("text", flat=True))


def test_ten_points_in_the_log_with_the_moment_and_a_picture_of_it(call: Call) -> None:
    made = describe(call, 3, picture=picture())
    assert (made.label, made.offset_ms) == ("D1", 3000)
    assert log_of(call)[-1] == (
        "D1 at 00:00:03: suspect, male, 20 to 25, IC1 observed, 175 to 180 cm (5 ft 9 to 5 ft 11), slim build, "
        "grey hooded top up, black joggers, carrying knife in right hand."
    )
    shot = EvidenceItem.objects.get(pk=made.snapshot_id)
    assert shot.is_sealed
    event = LiveEvent.objects.filter(kind="video.described", topic=f"incident.{call.session.incident_id}").get()
    assert "knife" not in str(event.data)
    assert event.data["ordinal"] == 1


def test_numbers_go_on_and_a_key_sent_twice_describes_once(call: Call) -> None:
    key = uuid.uuid4()
    assert describe(call, key=key).pk == describe(call, key=key).pk
    car = describe(call, kind="vehicle", said=said({"vrm": "kx68 z?b", "colour": "blue"}, role="other"))
    assert car.label == "D2"
    assert log_of(call)[-1] == "D2 at 00:00:00: vehicle, VRM KX68Z?B, blue."
    assert sum(line.startswith("D1") for line in log_of(call)) == 1


def test_a_change_is_a_version_and_the_first_one_stays(call: Call, reid: Actor) -> None:
    made = describe(call)
    descriptions.revise(
        actor=reid, description_id=made.pk, key=uuid.uuid4(), based_on=1, said=said({**KNIFE, "build": "Broad"})
    )
    found = descriptions_of(call.handler, call.session.incident_id)[0]
    assert [one.details["build"] for one in found.versions] == ["Broad", "Slim"]
    assert log_of(call)[-1].startswith("D1 at 00:00:00, version 2: ")


def test_different_fields_at_once_are_put_together(call: Call, reid: Actor) -> None:
    made = describe(call)
    for actor, changed in ((call.handler, {"hair": "Black"}), (reid, {"features": "scar on left cheek"})):
        descriptions.revise(
            actor=actor, description_id=made.pk, key=uuid.uuid4(), based_on=1, said=said({**KNIFE, **changed})
        )
    newest = DescriptionVersion.objects.get(description=made, version=3)
    assert (newest.details["hair"], newest.details["features"]) == ("Black", "scar on left cheek")
    assert LiveEvent.objects.filter(kind="video.described").latest("pk").data["change"] == "joined"


def test_the_same_field_at_once_both_are_told_and_nothing_is_lost(call: Call, reid: Actor) -> None:
    made = describe(call)
    descriptions.revise(
        actor=call.handler, description_id=made.pk, key=uuid.uuid4(), based_on=1, said=said({**KNIFE, "hair": "Black"})
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(reid.user)
    typed = {"key": str(uuid.uuid4()), "based_on": 1, "role": "suspect", **KNIFE, "hair": "Brown", "finished": "on"}
    answer = client.post(f"/video/descriptions/{made.pk}/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{call.handler.label} wrote: <b>Black</b>" in page
    assert '<option value="Brown" selected>' in page
    assert 'name="based_on" value="2"' in page
    assert LiveEvent.objects.filter(kind="video.described").latest("pk").data["change"] == "clashed"
    assert client.post(f"/video/descriptions/{made.pk}/", {**typed, "based_on": 2}).status_code == 200
    assert [one.details["hair"] for one in made.versions.order_by("version")[1:]] == ["Black", "Brown"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"sex": "robot"}, "sex"),
        ({"age_from": "-3"}, "age_from"),
        ({"age_from": "40", "age_to": "20"}, "age_to"),
        ({"height_from": "1e9"}, "height_from"),
        ({"height_to": "\u0661\u0662\u0663"}, "height_to"),
        ({"ethnicity_observed": "IC7"}, "ethnicity_observed"),
        ({"clothing": "x" * 201}, "clothing"),
        ({"clothing": "x" * 5000}, "clothing"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call: Call, fields: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        describe(call, said=said(fields))
    assert field in refusal.value.fields
    assert not Description.objects.exists()


@pytest.mark.parametrize("box", [Box(0.9, 0.1, 0.2, 0.2), Box(float("nan"), 0, 1, 1), Box(0, 0, 0, 1)])
def test_a_box_outside_of_the_picture_is_refused(call: Call, box: Box) -> None:
    with pytest.raises(Invalid):
        describe(call, said=said(box=box))


def test_the_future_another_force_and_an_investigator(call: Call, stranger: Actor) -> None:
    with pytest.raises(Invalid):
        describe(call, 3600)
    with pytest.raises(NotFound):
        describe(call, actor=stranger)
    with pytest.raises(NotAllowed):
        describe(call, actor=make_actor(roles=(INVESTIGATOR,), first_name="Ida"))
    assert descriptions_of(stranger, call.session.incident_id) == []


def test_each_look_is_one_entry(call: Call, reid: Actor) -> None:
    describe(call)
    before = AuditEvent.objects.count()
    descriptions_of(reid, call.session.incident_id, purpose="descriptions")
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.parametrize("mark", ["AB12CDE", "A123BCD", "ABC123D", "Q1ABC", "KX68Z??", "*KRO", "1ABC"])
def test_marks_that_fit_or_are_partial_are_taken_as_they_are(mark: str) -> None:
    assert words.mark_warning(words.clean("vehicle", {"vrm": mark.lower()})) == ""


def test_a_foreign_mark_is_a_warning_and_never_a_refusal() -> None:
    assert "BXY1234Q" in words.mark_warning(words.clean("vehicle", {"vrm": "B-XY 1234Q"}))
    for foreign in ("MÄX 1234", "С065МК", "ΥΒΖ-1234"):
        details = words.clean("vehicle", {"vrm": foreign})
        assert words.mark_warning(details) != ""
    for never in ("<script>", "A_B", "ABCDEFGHIJKL", "a\u202eb"):
        with pytest.raises(words.BadField):
            words.clean("vehicle", {"vrm": never})


def test_what_is_not_known_is_said_and_height_is_in_both_measures() -> None:
    found = words.clean("person", {"build": "U/K", "complexion": "U/K", "height_from": "183"})
    assert words.words("person", found) == "about 183 cm (6 ft 0), build not known, complexion not known"
    assert words.words("person", words.clean("person", {"height_from": "178", "height_to": "179"})) == (
        "178 to 179 cm (5 ft 10)"
    )


def test_the_clash_names_the_fields(call: Call, reid: Actor) -> None:
    made = describe(call)
    for build in ("Broad", "Heavy"):
        change = {
            "description_id": made.pk,
            "key": uuid.uuid4(),
            "based_on": 1,
            "said": said({**KNIFE, "build": build}),
        }
        if build == "Broad":
            descriptions.revise(actor=call.handler, **change)
        else:
            with pytest.raises(Clash) as clash:
                descriptions.revise(actor=reid, **change)
            assert clash.value.fields == ["build"]


def test_queries_of_the_tab_do_not_grow(call: Call, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        describe(call)
    with django_assert_num_queries(5):
        descriptions_of(call.handler, call.session.incident_id)
    for _ in range(5):
        describe(call)
    with django_assert_num_queries(5):
        descriptions_of(call.handler, call.session.incident_id)


def test_the_moment_is_aware(call: Call) -> None:
    with pytest.raises(Invalid):
        describe(call, moment=now().replace(tzinfo=None))
