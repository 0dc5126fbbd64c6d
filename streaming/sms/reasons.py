"""Why a text did not arrive, in the handler's words. Codes travel in events; the words are shown on the console."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "number_invalid": "The network says this number does not exist. Check it with the caller.",
    "not_a_mobile": "This number cannot receive texts. Ask for a mobile number.",
    "opted_out": "This phone has blocked texts from us. Ask for another number.",
    "unreachable": "The phone is off or has no signal. Try again, or ask for another number.",
    "blocked": "The phone network blocked the text.",
    "unknown_number": "The network does not know this number, or it cannot receive texts.",
    "abroad": "Texts to numbers abroad are not set up.",
    "trial": "The text service is in trial mode and may not text this number.",
    "sender_unknown": "The text service does not accept our sender name.",
    "sign_in": "The text service did not accept our account.",
    "provider_busy": "The text service is too busy.",
    "provider_timeout": "The text service did not answer.",
    "provider_down": "The text service is not working.",
    "provider_refused": "The text service refused the text.",
    "not_confirmed": "The text service did not confirm the text in time.",
    "email_off": "This system sends no e-mail. Share again, to a mobile number.",
    "email_refused": "The e-mail service refused the address. Check it with the partner.",
    "link_lost": "The text could not be made again after a fault. Send a new link.",
}
DEFAULT = "provider_refused"


def words_for(code: str) -> str:
    return WORDS.get(code, WORDS[DEFAULT])
