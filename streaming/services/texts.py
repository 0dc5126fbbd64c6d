"""The words of a text message: the force's own, or the default of STANDARDS 13.4 (who, what for, nothing is asked)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from core.actors import Actor
from core.audit import record
from core.errors import Invalid, NotAllowed
from core.models import AuditAction, Force
from streaming.models import MessageText
from streaming.permissions import can_edit_texts
from streaming.selectors.care import policy_of
from streaming.states import COVERT_MODE, SessionMode
from streaming.tokens import TOKEN_LENGTH

Kind = MessageText.Kind

ENGLISH = "{force}: the link for your 999 call. We will not ask for money or a password. {link}"
UPLOAD = "{force}: the link to send us photos or films. We will not ask for money or a password. {link}"
TRANSLATIONS: dict[str, str] = {
    "cy": "{force}: y ddolen ar gyfer eich galwad 999. Ni fyddwn yn gofyn am arian na chyfrinair. {link}",
}

UPLOAD_TRANSLATIONS: dict[str, str] = {
    "cy": "{force}: y ddolen i anfon lluniau neu ffilmiau. Ni fyddwn yn gofyn am arian na chyfrinair. {link}",
}

#: Whoever reads the phone reads this: no force, no police, no call.
COVERT = "Here is the link you asked for. {link}"
COVERT_TRANSLATIONS: dict[str, str] = {"cy": "Dyma'r ddolen y gofynnoch amdani. {link}"}

GSM_LIMIT = 160  # septets of one text
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")  # two septets each (3GPP TS 23.038, extension table)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TELLING = re.compile(r"police|heddlu|999|constab|emergency", re.IGNORECASE)
_OTHER_LINK = re.compile(r"https?:|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Preview:
    """What the console shows before a text leaves: the words with a link in the force's form, and its length."""

    text: str
    septets: int
    limit: int = GSM_LIMIT


_KINDS = {
    SessionMode.VIDEO: Kind.VIDEO_LINK,
    SessionMode.LOCATION: Kind.LOCATION_LINK,
    SessionMode.UPLOAD: Kind.UPLOAD_LINK,
}
#: By kind of link: the English words, and those of other languages. What is not here has those of a video link.
_OURS = {Kind.COVERT_LINK: (COVERT, COVERT_TRANSLATIONS), Kind.UPLOAD_LINK: (UPLOAD, UPLOAD_TRANSLATIONS)}


def kind_of(mode: str, *, covert: bool = False) -> Kind:
    if covert or mode == COVERT_MODE:
        return Kind.COVERT_LINK
    return _KINDS[SessionMode(mode)]


def link_url(force: Force, token: str, *, covert: bool = False) -> str:
    """Where the link points: the force's own address if it has one, a short path, nothing else."""
    if covert and (neutral := policy_of(force.pk).covert_address):
        return f"{neutral.rstrip('/')}/v/{token}"
    return f"{(force.public_url or settings.PUBLIC_URL).rstrip('/')}/v/{token}"


def wording(force: Force, kind: Kind, locale: str) -> str:
    """The text with its placeholders: in this language the force's own, else ours; else in English, the same way."""
    language = locale.split("-")[0].lower() or "en"
    own = dict(
        MessageText.objects.filter(force=force, kind=kind, locale__in=[language, "en"]).values_list("locale", "text")
    )
    english, ours = _OURS.get(kind, (ENGLISH, TRANSLATIONS))
    return own.get(language) or ours.get(language) or own.get("en") or english


def render(force: Force, kind: Kind, locale: str, url: str) -> str:
    return fill(wording(force, kind, locale), force, url)


def fill(text: str, force: Force, url: str) -> str:
    return text.replace("{force}", force.name).replace("{link}", url)


def preview(actor: Actor, *, mode: str = SessionMode.VIDEO, locale: str = "") -> Preview:
    """The text as the caller will get it, with an example in place of the token."""
    force = _force_of(actor)
    url = link_url(force, "x" * TOKEN_LENGTH, covert=mode == COVERT_MODE)
    text = render(force, kind_of(mode), locale, url)
    shown = text.replace("x" * TOKEN_LENGTH, "…")
    return Preview(text=shown, septets=septets(text) or len(text))


def septets(text: str) -> int | None:
    """How many septets of the GSM alphabet the text needs; None when it holds a character that is not in it."""
    if any(char not in _GSM and char not in _GSM_TWICE for char in text):
        return None
    return sum(2 if char in _GSM_TWICE else 1 for char in text)


def check_wording(text: str, force: Force, kind: str = "") -> str:
    """The text as it may be stored, or Invalid naming field "text" with what to change."""
    text = text.strip()
    if not text.isprintable():
        raise _invalid("A text is one line without control characters.")
    if text.count("{link}") != 1:
        raise _invalid("Write {link} exactly once, where the link goes.")
    unknown = sorted(set(_PLACEHOLDER.findall(text)) - {"link", "force"})
    if unknown or re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        raise _invalid("Only {link} and {force} can stand in braces.")
    if kind == Kind.COVERT_LINK and ("{force}" in text or _TELLING.search(text)):
        raise _invalid("A covert text names nobody: no {force}, no police, no 999.")
    if _OTHER_LINK.search(text):
        raise _invalid("Only one link: callers are told to trust no other.")
    filled = fill(text, force, link_url(force, "x" * TOKEN_LENGTH))
    size = septets(filled)
    if size is None:
        strange = "".join(dict.fromkeys(char for char in filled if char not in _GSM | _GSM_TWICE))
        raise _invalid(f"These characters do not fit a plain text message: {strange}")
    if size > GSM_LIMIT:
        raise _invalid(f"With the link it is {size} characters. Make it {size - GSM_LIMIT} shorter.")
    return text


def save_wording(*, actor: Actor, kind: str, locale: str, text: str) -> MessageText:
    """Store the force's own wording. Administrators of the force only; leaves a CONFIG entry."""
    if not can_edit_texts(actor):
        raise NotAllowed()
    force = _force_of(actor)
    with transaction.atomic():
        row, _ = MessageText.objects.update_or_create(
            force=force, kind=Kind(kind), locale=locale, defaults={"text": check_wording(text, force, kind)}
        )
        record(actor, AuditAction.CONFIG, f"streaming.messagetext:{row.pk}", fields=["text"])
    return row


def _force_of(actor: Actor) -> Force:
    if actor.force_id is None:
        raise NotAllowed()
    return Force.objects.get(pk=actor.force_id)


def _invalid(words: str) -> Invalid:
    return Invalid(fields={"text": words})
