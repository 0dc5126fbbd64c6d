"""Outside registers over real HTTP: what they may answer, and what is made of everything else."""

from __future__ import annotations

import json
import socket
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.clock import now
from suspects.sources import HttpSource, SourceBusy, SourceQuestion, made_up, sources, systems_for
from suspects.sources.simulator import FAULTS, Simulator, in_thread, settings_for

HALLORAN = {"surname": "HALLORAN", "given": "Connor", "born": "1998-06-14"}

MEANT = {
    "broken": ("ERROR", "down"),
    "forbidden": ("ERROR", "sign_in"),
    "redirect": ("ERROR", "down"),
    "malformed": ("ERROR", "unreadable"),
    "nonsense": ("ERROR", "unreadable"),
    "html": ("ERROR", "unreadable"),
    "huge": ("ERROR", "unreadable"),
    "cut": ("ERROR", "broken"),
    "hang": ("NOT_RUN", "no_answer"),
    "drip": ("NOT_RUN", "no_answer"),
}


def question(**changes):
    return SourceQuestion(
        **{
            "check_id": uuid.UUID(int=7),
            "subject": "PERSON",
            "typed": HALLORAN,
            "reason": "1 - Vehicle and/or person stopped",
            "justification": "Trying car doors, Weir Street car park",
            "on_behalf_of": "7741",
            "asked_by": "99 7741 NB21",
            "asked_at": now(),
            **changes,
        }
    )


@pytest.fixture(scope="module")
def running():
    with in_thread(Simulator()) as simulator:
        yield simulator


@pytest.fixture
def simulator(running):
    running.script.clear()
    running.asked.clear()
    return running


def pnc(simulator, **changes):
    return HttpSource("PNC", f"{simulator.url}/PNC", **{"seconds": 5, **changes})


def test_an_answer_is_a_moment_with_a_source_and_a_time(simulator):
    before = now()
    answer = pnc(simulator).ask(question())
    made = made_up.answer("northmere", "PNC", "person", HALLORAN)
    assert (answer.system, answer.outcome, answer.summary, answer.ref) == (
        "PNC", made["outcome"], made["summary"], made["ref"],
    )  # fmt: skip
    assert before <= answer.returned_at <= now()


def test_the_register_is_told_who_asks_why_and_for_whom(simulator):
    """The request headers of LEDS, STANDARDS 5.12; nothing typed goes into an address."""
    pnc(simulator, token="secret-token").ask(question(justification="Żółta\r\nX-Evil: 1", place="53.7361,0.4471"))
    [asked] = simulator.asked
    assert json.loads(asked.body) == {"subject": "person", "query": HALLORAN}
    headers = asked.headers
    assert headers["x-leds-reason"] == "1 - Vehicle and/or person stopped"
    assert headers["x-leds-justification"] == "?ó?ta?X-Evil: 1"
    assert "x-evil" not in headers
    assert headers["x-leds-on-behalf-of"] == "7741"
    assert headers["x-leds-activity-code"] == "Person Enquiry"
    assert headers["x-leds-correlation-id"] == str(uuid.UUID(int=7))
    assert headers["x-leds-geolocation"] == "53.7361,0.4471"
    assert headers["authorization"] == "Bearer secret-token"


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "busy"])
def test_whatever_goes_wrong_is_said_in_words_and_is_never_an_answer(simulator, fault):
    outcome, problem = MEANT[fault]
    simulator.script[:] = [fault]
    answer = pnc(simulator, seconds=0.15 if problem == "no_answer" else 5).ask(question())
    assert (answer.outcome, answer.problem) == (outcome, problem)
    assert answer.summary
    assert answer.facts == ()


def test_a_busy_register_says_when_to_ask_again(simulator):
    simulator.script[:] = ["busy"]
    with pytest.raises(SourceBusy) as busy:
        pnc(simulator).ask(question())
    assert busy.value.after == 3


def test_a_register_that_is_not_there_was_not_run():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        answer = HttpSource("DVLA", url).ask(question())
    assert (answer.outcome, answer.problem) == ("NOT_RUN", "unreachable")


def test_a_question_without_a_reason_is_refused_by_the_register(simulator):
    answer = pnc(simulator).ask(question(justification=""))
    assert (answer.outcome, answer.problem) == ("ERROR", "refused")


def test_hostile_text_is_cut_and_cleaned(simulator, monkeypatch):
    facts = [{"label": "Tax\u202e" + "x" * 200, "value": "a\x00b\n" + "y" * 900}] * 90
    said = {"outcome": "TRACE", "summary": "Known\u2028 <b>", "ref": "R" * 99, "facts": facts}
    monkeypatch.setattr(made_up, "answer", lambda *given: said)
    answer = pnc(simulator).ask(question())
    assert answer.summary == "Known  <b>"
    assert (len(answer.facts), len(answer.facts[0].label), len(answer.facts[0].value), len(answer.ref)) == (
        40,
        60,
        300,
        60,
    )
    assert not {"\x00", "\n", "\u202e"} & set(answer.facts[0].label + answer.facts[0].value)


def test_made_up_answers_follow_from_question_and_seed_alone():
    marks = [f"KX{number:02}ZZB" for number in range(200)]
    for system in made_up.SYSTEMS:
        once = [made_up.answer("a", system, "vehicle", {"vrm": mark}) for mark in marks]
        assert once == [made_up.answer("a", system, "vehicle", {"vrm": mark}) for mark in marks]
        assert once != [made_up.answer("b", system, "vehicle", {"vrm": mark}) for mark in marks]
        assert len({one["outcome"] for one in once}) > 1


def test_the_settings_name_the_registers(settings):
    settings.CHECK_SOURCES = [
        "DVLA=tests.unit.suspects_checks.test_sources.OwnDvla",
        *[pair for pair in settings_for("http://127.0.0.1:1") if not pair.startswith("DVLA")],
    ]
    assert list(sources()) == ["PNC", "DVLA", "MIB", "ANPR", "NICHE"]
    assert isinstance(sources()["DVLA"], OwnDvla)
    assert systems_for("ADDRESS") == ["NICHE"]
    assert systems_for("PERSON") == ["PNC", "NICHE"]
    settings.CHECK_SOURCES = []
    assert systems_for("VEHICLE") == []


@pytest.mark.parametrize("item", ["PND=http://127.0.0.1", "DVLA", "DVLA=", "DVLA=nowhere.Class"])
def test_a_register_that_cannot_be_asked_is_told_at_start(settings, item):
    settings.CHECK_SOURCES = [item]
    with pytest.raises(ImproperlyConfigured, match="CHECK_SOURCES"):
        sources()


class OwnDvla:
    """A force's own adapter."""

    system = "DVLA"

    def answers(self, subject):
        return subject == "VEHICLE"

    def ask(self, question):
        raise NotImplementedError
