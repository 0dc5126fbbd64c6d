"""The bank of phrases of one force: what comes with Sightline, with the force's own wording over it."""

from __future__ import annotations

from dataclasses import dataclass

from streaming.models import Phrase
from streaming.phrase_bank import PHRASES, SILENT, Shipped, in_language


@dataclass(frozen=True)
class Ready:
    """One phrase as the console offers it."""

    code: str
    kind: str
    english: str
    answers: str
    words: dict[str, str]

    @property
    def silent(self) -> bool:
        """For a caller who must not be heard."""
        return self.code.startswith(SILENT)

    def shown(self, locale: str) -> tuple[str, str]:
        """The sentence for a phone and its language."""
        return in_language(self.words, locale)


def bank(force_id: int) -> list[Ready]:
    """Every phrase the force offers, in its order."""
    own = {phrase.code: phrase for phrase in Phrase.objects.filter(force_id=force_id)}
    found = [
        (own[one.code].place if one.code in own else place, _ready(one, own.get(one.code)))
        for place, one in enumerate(PHRASES)
        if one.code not in own or own[one.code].enabled
    ]
    shipped = {one.code for one in PHRASES}
    found += [(one.place, _own(one)) for one in own.values() if one.code not in shipped and one.enabled]
    return [ready for _, ready in sorted(found, key=lambda pair: pair[0])]


def find_phrase(force_id: int, code: str) -> Ready | None:
    return next((one for one in bank(force_id) if one.code == code), None)


def _ready(shipped: Shipped, own: Phrase | None) -> Ready:
    if own is None:
        return Ready(shipped.code, shipped.kind, shipped.english, shipped.answers, shipped.words)
    if own.english == shipped.english:  # only translations were changed
        return Ready(own.code, own.kind, own.english, own.answers, {**shipped.words, **_own(own).words})
    return _own(own)


def _own(phrase: Phrase) -> Ready:
    """A new English sentence has only its own translations: the shipped ones would say something else."""
    said = phrase.translations if isinstance(phrase.translations, dict) else {}
    words = {code: str(text) for code, text in said.items() if isinstance(text, str) and text.strip()}
    return Ready(phrase.code, phrase.kind, phrase.english, phrase.answers, {**words, "en": phrase.english})
