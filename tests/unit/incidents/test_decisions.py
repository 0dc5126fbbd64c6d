"""A decision in the log: the lines of the National Decision Model, and the moment of the video it rests on."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import Invalid
from incidents.decisions import NDM, compose, take_apart
from incidents.models import Assignment, LogEntry
from incidents.selectors import log_entries, search_incidents, verify_log
from incidents.services import append_log, ask_first, ask_grade, assign, change_grade
from tests.factories.incidents import make_entry, make_incident, make_resource

CORDON = {
    "information": "Knife seen on the video.\nOne caller agrees.",
    "threat_risk": "To passers-by: high. Contain, then talk.",
    "powers_policy": "Section 1 PACE; force knife policy.",
    "options": "Wait for the dog unit.",
    "action_review": "Inner cordon at the fish market. Again at 23:10.",
    "ethics": "In proportion: nobody is kept from home.",
}


def mark(incident, actor) -> LogEntry:
    return append_log(
        actor=actor, incident_id=incident.pk, type="MEDIA", channel="system", text="Mark at 00:01:29: knife, right hand"
    )


def decide(incident, actor, **changes) -> LogEntry:
    return make_entry(incident, actor, **{"type": "DECISION", "text": "Hold the inner cordon.", **changes})


def test_a_decision_keeps_its_fields_in_the_order_of_the_model(okafor, incident):
    entry = decide(incident, okafor, decision=dict(reversed(CORDON.items())))
    assert entry.said.lead == "Hold the inner cordon."
    assert entry.said.fields == CORDON
    assert [line.label for line in entry.said.lines] == [label for _, label, _ in NDM]
    assert "Options: Wait for the dog unit." in entry.text
    assert verify_log(okafor, incident).ok


def test_no_field_is_forced(okafor, incident):
    assert decide(incident, okafor).said.lines == []
    assert decide(incident, okafor, decision={"options": ""}).text == "Hold the inner cordon."


def test_the_fields_alone_are_a_decision(okafor, incident):
    entry = decide(incident, okafor, text="", decision={"options": "Wait."})
    assert (entry.text, entry.said.lead) == ("Options: Wait.", "")
    with pytest.raises(Invalid) as refusal:
        decide(incident, okafor, text=" ", decision={"options": "\x00"})
    assert list(refusal.value.fields) == ["text"]


def test_a_decision_cites_the_moment_of_the_video_it_rests_on(okafor, incident):
    seen = mark(incident, okafor)
    entry = decide(incident, okafor, cites_seq=seen.seq)
    assert entry.said.cites == seen.seq
    assert entry.said.lines[-1].words == "Mark at 00:01:29: knife, right hand"


def test_only_a_picture_of_the_same_incident_is_cited(okafor, incident):
    other = make_incident(okafor)
    for _ in range(3):
        make_entry(other, okafor)
    strange = mark(other, okafor)
    for seq in (strange.seq, 1, 0, -1, 99_999):
        with pytest.raises(Invalid) as refusal:
            decide(incident, okafor, cites_seq=seq)
        assert list(refusal.value.fields) == ["cites_seq"]


def test_a_correction_of_a_decision_has_the_fields_too(okafor, incident):
    first = decide(incident, okafor, decision={"options": "Wait."})
    entry = decide(
        incident, okafor, corrects_seq=first.seq, text="Not the dog unit.", decision={"options": "Wait for the drone."}
    )
    assert (entry.type, entry.corrects_seq) == ("CORRECTION", first.seq)
    assert entry.said.fields == {"options": "Wait for the drone."}
    assert LogEntry.objects.get(pk=first.pk).said.fields == {"options": "Wait."}


def test_what_decides_nothing_has_no_fields(okafor, incident):
    for changes in ({"decision": {"options": "Wait."}}, {"cites_seq": mark(incident, okafor).seq}):
        with pytest.raises(Invalid) as refusal:
            make_entry(incident, okafor, type="NARRATIVE", **changes)
        assert list(refusal.value.fields) == ["type"]
    typed = make_entry(incident, okafor, text="He said:\nOptions: none")
    assert (typed.said.lead, typed.said.lines) == (typed.text, [])


def test_labels_that_are_typed_are_the_fields(okafor, incident):
    entry = decide(incident, okafor, text="Hold.\nOptions: wait\nfor the dog unit\nOptions: or the drone")
    assert entry.said.lead == "Hold."
    assert entry.said.fields == {"options": "wait\nfor the dog unit\nor the drone"}


@pytest.mark.parametrize("lead", ["", "Hold.", "Two\nlines", "A: b"])
def test_what_is_composed_is_read_back(lead):
    said = take_apart(compose(lead, CORDON, (12, "Mark at 00:01:29")), 12)
    assert (said.lead, said.fields, said.cites) == (lead, CORDON, 12)


def test_a_citation_that_somebody_typed_is_only_words(okafor, incident):
    seen = mark(incident, okafor)
    typed = f"Hold.\nPicture: entry {seen.seq}, Mark at 00:01:29: knife, right hand"
    entry = decide(incident, okafor, text=typed)
    assert (entry.said.cites, entry.said.lead, entry.said.lines) == (None, typed, [])
    entry = decide(incident, okafor, decision={"options": f"Wait.\nPicture: entry {seen.seq}, a gun"})
    assert entry.said.cites is None
    assert [line.entry for line in entry.said.lines] == [None]
    both = decide(incident, okafor, text=f"Picture: entry {seen.seq}, a gun", cites_seq=seen.seq)
    assert both.said.lead == f"Picture: entry {seen.seq}, a gun"
    assert [(line.entry, line.words) for line in both.said.lines] == [(seen.seq, "Mark at 00:01:29: knife, right hand")]
    desk = Client()
    desk.force_login(okafor.user)
    html = desk.get(reverse("incidents:log", args=[incident.pk])).content.decode()
    assert html.count('class="cited"') == 1
    assert verify_log(okafor, incident).ok


def test_what_an_entry_cites_is_part_of_its_hash(okafor, incident):
    entry = decide(incident, okafor, cites_seq=mark(incident, okafor).seq)
    entry.cites_seq = 1
    assert entry.compute_hash() != entry.hash


def test_all_the_fields_together_fit_in_one_entry(okafor, incident):
    long = {name: "x" * 1000 for name, _, _ in NDM}
    with pytest.raises(Invalid) as refusal:
        decide(incident, okafor, decision=long)
    assert "this is 6," in refusal.value.fields["text"]
    with pytest.raises(Invalid) as refusal:
        decide(incident, okafor, decision={"ethics": "x" * 4001})
    assert list(refusal.value.fields) == ["ethics"]


def test_search_finds_the_words_of_a_field(okafor, incident):
    decide(incident, okafor, decision=CORDON)
    (found,) = search_incidents(okafor, '"dog unit"').found
    assert (found.incident.pk, found.match) == (incident.pk, "dog unit")


def test_the_same_key_adds_a_decision_once(okafor, incident):
    key = uuid4()
    first, again = (decide(incident, okafor, client_key=key, decision=CORDON) for _ in range(2))
    assert first.pk == again.pk
    assert [entry.said.fields for entry in log_entries(okafor, incident) if entry.type == "DECISION"] == [CORDON]


def test_a_grade_and_the_request_for_one_cite_the_picture(okafor, hale, incident):
    seen = mark(incident, okafor)
    ask_grade(actor=okafor, incident_id=incident.pk, grade_code="P", reason="It is a toy.", cites_seq=seen.seq)
    change_grade(actor=hale, incident_id=incident.pk, grade_code="S", reason="A toy knife.", cites_seq=seen.seq)
    asked, graded = [entry for entry in log_entries(okafor, incident) if entry.said.cites == seen.seq]
    assert (asked.type, graded.type) == ("SUPERVISOR", "GRADE")
    assert graded.said.lead.endswith("A toy knife.")
    with pytest.raises(Invalid) as refusal:
        change_grade(actor=hale, incident_id=incident.pk, grade_code="I", cites_seq=1)
    assert list(refusal.value.fields) == ["cites_seq"]


def test_sending_and_asking_a_unit_cite_the_picture_that_says_why(dispatcher, okafor, incident):
    """A knife on the video is why the dog unit goes: asked in a year, the log still says so."""
    seen = mark(incident, okafor)
    unit = make_resource(call_sign="DS07")
    named = {"actor": dispatcher, "incident_id": incident.pk, "resource_id": unit.pk, "cites_seq": seen.seq}
    ask_first(**named)
    assign(**named)
    asked, sent = [entry for entry in log_entries(okafor, incident) if entry.said.cites == seen.seq]
    assert (asked.type, sent.type) == ("RESOURCE", "RESOURCE")
    assert sent.said.lead == "DS07 assigned."
    assert sent.said.lines[-1].words == "Mark at 00:01:29: knife, right hand"
    assert verify_log(okafor, incident).ok


def test_a_unit_is_not_sent_for_a_picture_that_is_none(dispatcher, incident):
    unit = make_resource(call_sign="DS07")
    with pytest.raises(Invalid) as refusal:
        assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk, cites_seq=1)
    assert list(refusal.value.fields) == ["cites_seq"]
    assert not Assignment.objects.exists()


def test_the_pictures_to_cite_are_offered_where_units_are_sent_and_grades_set(dispatcher, okafor, incident):
    make_resource(call_sign="DS07")
    desk = Client()
    desk.force_login(dispatcher.user)
    address = reverse("incidents:send", args=[incident.pk])
    assert "send-picture" not in desk.get(address).content.decode(), "no picture yet: nothing to choose from"
    seen = mark(incident, okafor)
    secret = append_log(
        actor=okafor, incident_id=incident.pk, type="MEDIA", text="Mark at 00:02:00: the child", restricted=True,
        client_key=uuid4(),
    )  # fmt: skip
    offered = f'<option value="{seen.seq}">Mark at 00:01:29: knife, right hand</option>'
    for page in (address, reverse("incidents:grade", args=[incident.pk])):
        html = desk.get(page).content.decode()
        assert offered in html
        assert f'value="{secret.seq}"' not in html
        assert "the child" not in html
    refused = desk.post(
        address, {"call_sign": "DS07", "reason": "Knife.", "act": "assign", "cites_seq": secret.seq},
        headers={"X-Requested-With": "fetch"},
    )  # fmt: skip
    assert refused.status_code == 422
    assert f'name="cites_seq" type="text" inputmode="numeric" maxlength="7" value="{secret.seq}"' in (
        refused.content.decode()
    ), "what was typed stays"
    assert not Assignment.objects.exists()
