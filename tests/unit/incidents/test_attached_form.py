"""Whitlock fills the whole form, sees that the incident is open already, and presses F8: nothing typed is lost."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.errors import Conflict, Invalid
from core.models import Force
from incidents.models import Contact, IncidentFlag, Location, LogEntry, VulnerabilityFlag
from incidents.selectors import verify_log
from incidents.services import Caller, FormNotes, attach_contact, restrict_entry, take_event
from incidents.services.places import REPORTS_LIMIT
from tests.factories.calls import FIXED, switchboard, told
from tests.factories.incidents import make_location
from tests.unit.console.conftest import browser_of

JSON = {"Accept": "application/json"}


def after(incident, seq: int) -> list[tuple[str, str]]:
    return list(LogEntry.objects.filter(incident=incident, seq__gt=seq).order_by("seq").values_list("type", "text"))


def form(**changes: object) -> dict[str, object]:
    return {
        "client_key": str(uuid4()), "channel": "999", "caller_number": "07700 900417", "caller_name": "Leah Marsden",
        "caller_role": "WITNESS", "location_text": "Behind the Ropewalk, TA 61412 29431",
        "description": "He has a knife.", "then": "attach",
    } | changes  # fmt: skip


def attach(okafor, incident, **changes):
    return browser_of(okafor).post(f"/incidents/{incident.pk}/contacts/", form(**changes), headers=JSON)


def test_place_words_and_caller_stand_in_the_log(okafor, incident):
    assert incident.location_id is None
    before = LogEntry.objects.filter(incident=incident).count()
    assert attach(okafor, incident).status_code == 201
    entries = after(incident, before)
    assert [type_ for type_, _ in entries] == ["CALL", "LOCATION", "NARRATIVE"]
    assert entries[0][1] == "Caller 1: Leah Marsden, witness, 07700 900417. 999 contact, attached here."
    assert entries[1][1].startswith("Place in use, reported by caller 1: ")
    assert "Behind the Ropewalk" in entries[1][1]
    assert entries[2][1] == "He has a knife."
    incident.refresh_from_db()
    kept = Location.objects.get(incident=incident)
    assert (incident.location_id, kept.words) == (kept.pk, "Behind the Ropewalk, TA 61412 29431")
    assert kept.has_point
    assert verify_log(okafor, incident).ok


def test_a_place_that_is_in_use_stays_in_use(okafor, incident):
    used = make_location(incident)
    assert attach(okafor, incident).status_code == 201
    incident.refresh_from_db()
    assert incident.location_id == used.pk
    text = LogEntry.objects.filter(incident=incident, type="LOCATION").latest("seq").text
    assert text.startswith("Place reported by caller 1: ")


def test_a_place_that_cannot_be_read_is_words_and_is_not_refused(okafor, incident):
    assert attach(okafor, incident, location_text="TA 61234, by the slip").status_code == 201
    assert Location.objects.get(incident=incident).words == "TA 61234, by the slip"


def test_grade_category_thrive_and_flags_go_along_as_words_and_change_nothing(okafor, incident):
    flag = VulnerabilityFlag.objects.filter(force=incident.force).first()
    grade, category, version = incident.current_grade_id, incident.opening_category_id, incident.version
    answer = attach(
        okafor, incident, location_text="", grade_code="P", rural="on", category_code="401", threat="knife in hand",
        threat_score="HIGH", harm_score="LOW", vulnerability="two children", rara_remove="Stay upstairs",
        flags=[flag.code],
    )  # fmt: skip
    assert answer.status_code == 201
    (risk,) = [one for one in after(incident, 0) if one[0] == "RISK"]
    for words in (
        "Taken down with caller 1; the incident keeps its own: Grade Priority. Rural target. Category 401 ",
        "Threat high: knife in hand. Harm low. Vulnerability: two children. Remove: Stay upstairs.",
        f"Vulnerability: {flag.label}.",
    ):
        assert words in risk[1]
    incident.refresh_from_db()
    assert (incident.current_grade_id, incident.opening_category_id, incident.version) == (grade, category, version)
    assert not IncidentFlag.objects.filter(incident=incident).exists()


def test_the_form_sent_twice_says_all_of_it_once(okafor, incident):
    sent = form(threat="knife", threat_score="HIGH")
    desk = browser_of(okafor)
    for _ in range(2):
        assert desk.post(f"/incidents/{incident.pk}/contacts/", sent, headers=JSON).status_code == 201
    assert [type_ for type_, _ in after(incident, 0)][-4:] == ["CALL", "LOCATION", "NARRATIVE", "RISK"]
    assert Contact.objects.count() == 1
    assert Location.objects.filter(incident=incident).count() == 1


@pytest.mark.parametrize("other", [{"location_text": "Harbour wall"}, {"threat": "a gun"}, {"description": "Ran."}])
def test_the_same_key_with_other_contents_is_told_and_gets_a_new_one(okafor, incident, other):
    sent, desk = form(), browser_of(okafor)
    url = f"/incidents/{incident.pk}/contacts/"
    assert desk.post(url, sent, headers=JSON).status_code == 201
    refused = desk.post(url, sent | other, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "key_used")
    assert desk.post(url, sent | other | {"client_key": refused.json()["client_key"]}, headers=JSON).status_code == 201


def test_what_is_typed_after_the_call_was_attached_is_added(okafor, incident):
    iccs = switchboard(Force.objects.get(pk=okafor.force_id))
    take_event(actor=iccs, told=told(call_id="C-1", eisec=FIXED))
    call = Caller(contact_id=Contact.objects.get().pk)
    for place in ("", "Harbour wall", "Harbour wall", "By the steps"):
        attach_contact(actor=okafor, incident_id=incident.pk, caller=call, notes=FormNotes(place=place))
    said = [text for type_, text in after(incident, 0) if "reported by caller 1" in text]
    assert len(said) == 2
    assert "Harbour wall" in said[0]
    assert "By the steps" in said[1]


def test_with_too_many_reports_the_log_still_has_the_place(okafor, incident):
    Location.objects.bulk_create(
        Location(
            force=incident.force, incident=incident, source="CALLER", words=f"Place {n}", fixed_at=incident.received_at,
            received_at=incident.received_at, author_label="x",
        )
        for n in range(REPORTS_LIMIT)
    )  # fmt: skip
    call = {"actor": okafor, "incident_id": incident.pk, "caller": Caller(name="Jo"), "client_key": uuid4()}
    for _ in range(2):
        attach_contact(**call, notes=FormNotes(place="Harbour wall"))
    said = [text for _, text in after(incident, 0) if "Harbour wall" in text]
    assert said == ["Place reported by caller 1: Harbour wall."]


def test_what_cannot_be_taken_is_named_and_nothing_is_kept(okafor, incident):
    before = LogEntry.objects.filter(incident=incident).count()
    hostile = {
        "location_text": "x" * 301, "threat": "y" * 501, "harm_score": "HUGE", "grade_code": "?", "flags": ["NONE"],
    }  # fmt: skip
    answer = attach(okafor, incident, **hostile)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == set(hostile) - {"flags"}
    assert answer.json()["message"] == "Choose flags of the list."
    assert LogEntry.objects.filter(incident=incident).count() == before
    assert not Contact.objects.exists()
    with pytest.raises(Invalid):
        attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(), notes=FormNotes(category="z" * 141))


def test_without_a_script_a_refused_form_comes_back_with_everything(okafor, incident):
    flag = VulnerabilityFlag.objects.filter(force=incident.force).first()
    sent = form(caller_number="12", threat="knife", threat_score="HIGH", flags=[flag.code], interpreter="on")
    page = browser_of(okafor).post(f"/incidents/{incident.pk}/contacts/", sent).content.decode()
    assert "Not attached yet." in page
    for kept in ("Behind the Ropewalk", 'value="knife"', 'value="HIGH"', f'name="flags" value="{flag.code}"'):
        assert kept in page
    assert 'name="interpreter" value="on"' in page


def test_nobody_guesses_a_restricted_entry_by_attaching(okafor, hale, incident):
    """It answers as to words that are nowhere: whether they stand in a restricted entry is not told."""
    given = {"actor": okafor, "incident_id": incident.pk, "caller": Caller(name="A"), "client_key": uuid4()}
    thought = FormNotes(assessment={"threat": "Larch is inside"})
    attach_contact(**given, notes=thought)
    entry = LogEntry.objects.get(incident=incident, type="RISK")
    attach_contact(**given, notes=thought)
    restrict_entry(actor=hale, incident_id=incident.pk, seq=entry.seq, restricted=True, reason="Names a source.")
    before = LogEntry.objects.filter(incident=incident).count()
    with pytest.raises(Conflict, match="with other words"):
        attach_contact(**given, notes=thought)
    assert LogEntry.objects.filter(incident=incident).count() == before
