"""The words of the text: trustworthy by default, the force's own when they keep the rules."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from core.errors import Invalid, NotAllowed
from core.models import AuditEvent, Force
from streaming.models import MessageText
from streaming.services import texts
from tests.factories import links as make
from tests.fakes.sms import RecordingProvider

KIND = texts.Kind.VIDEO_LINK


@pytest.fixture
def force(okafor):
    return Force.objects.get(pk=okafor.force_id)


def test_the_default_says_who_what_for_and_asks_nothing(force):
    text = texts.render(force, KIND, "", "https://northmere.police.uk/v/7KQ2")
    assert text == (
        "Northmere Police: the link for your 999 call. We will not ask for money or a password. "
        "https://northmere.police.uk/v/7KQ2"
    )


@pytest.mark.parametrize("wording", [texts.ENGLISH, *texts.TRANSLATIONS.values()])
def test_defaults_keep_the_rules_with_a_real_forces_address(force, wording):
    force.public_url = "https://www.dyfed-powys.police.uk"
    force.name = "Dyfed-Powys Police"
    assert texts.check_wording(wording, force) == wording


@pytest.mark.parametrize(
    ("locale", "start"), [("cy", "y ddolen"), ("en-gb", "the link"), ("pl", "the link"), ("", "the link")]
)
def test_the_language_is_the_callers_when_we_have_it(force, locale, start):
    assert start in texts.render(force, KIND, locale, "https://x/v/y")


def test_the_forces_own_words_come_first(admin, okafor):
    texts.save_wording(actor=admin, kind=KIND, locale="en", text="{force}: your 999 call. {link}")
    make.send(okafor)
    make.work("sms.send")
    assert RecordingProvider.sent[0].body.startswith("Northmere Police: your 999 call. http")
    assert "y ddolen" in texts.render(Force.objects.get(pk=okafor.force_id), KIND, "cy", "https://x/v/y")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No link here.", "{link}"),
        ("{link} and again {link}", "once"),
        ("{link} {name}", "braces"),
        ("{link} {", "braces"),
        ("{link} {force.__class__}", "braces"),
        ("Pay at https://evil.example first {link}", "one link"),
        ("www.evil.example {link}", "one link"),
        ("one\ntwo {link}", "control"),
        ("bell \x07 {link}", "control"),
        ("\x00{link}", "control"),
        ("turned \u202e {link}", "control"),
        ("Ŵrecsam {link}", "Ŵ"),
        ("emoji 🚓 {link}", "🚓"),
        ("x" * 150 + " {link}", "shorter"),
        ("", "{link}"),
    ],
)
def test_words_that_break_a_rule_are_refused_with_what_to_change(force, text, words):
    with pytest.raises(Invalid) as refused:
        texts.check_wording(text, force)
    assert words.lower() in refused.value.fields["text"].lower()


def test_html_is_only_text(force):
    assert texts.check_wording("<b>{force}</b> {link}", force) == "<b>{force}</b> {link}"


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("€", 2), ("{}[]", 8), ("é", 1), ("ŵ", None), ("🚓", None)])
def test_septets_are_counted_as_networks_count_them(text, size):
    assert texts.septets(text) == size


def test_only_an_administrator_of_the_force_changes_words(okafor, admin, stranger):
    for actor in (okafor, stranger):
        with pytest.raises(NotAllowed):
            texts.save_wording(actor=actor, kind=KIND, locale="en", text="{link}")
    texts.save_wording(actor=admin, kind=KIND, locale="en", text="{force} {link}")
    assert AuditEvent.objects.get(action="CONFIG").object.startswith("streaming.messagetext:")
    assert not MessageText.objects.visible_to(stranger).exists()
    make.send(stranger)
    make.work("sms.send")
    assert "999 call" in RecordingProvider.sent[0].body


def test_the_preview_is_the_text_without_a_token(okafor, settings):
    settings.PUBLIC_URL = "https://192.0.2.1:8443"
    preview = texts.preview(okafor)
    assert preview.text.endswith("https://192.0.2.1:8443/v/…")
    assert preview.septets == len(preview.text) - 1 + 22
    assert preview.septets <= preview.limit


def test_the_database_refuses_a_text_without_a_link(okafor):
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageText.objects.create(force_id=okafor.force_id, kind=KIND, locale="en", text="No link")
