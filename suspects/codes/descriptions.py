"""Words of a description (STANDARDS 5.5, 5.6, 5.8): the lists PND and POLE use."""

from __future__ import annotations

UNKNOWN = "U/K"

BUILD = (
    "Medium", "Broad", "Heavy", "Thin", "Fat", "Stocky", "Slim", "Large", "Slight", "Small", "Proportionate", UNKNOWN,
)  # fmt: skip
COMPLEXION = ("Fresh", "Albino", "Ruddy", "Fair", "Pale", "Tanned", "Sallow", "Dark", "Swarthy", UNKNOWN)
EYES = ("Blue", "Brown", "Green", "Grey", "Hazel", UNKNOWN)
HAIR = (
    "Black", "Fair", "Grey", "Mousey", "White", "Blue", "Green", "Orange", "Purple", "Yellow", "Pink", "Blonde",
    "Brown", "Dark Brown", "Light Brown", "Ginger", "Red", "Auburn", "Sandy", "Multi", "Other", "None",
)  # fmt: skip
FEATURES = ("Lacking", "Mark", "Peculiar", "Pierced", "Scarred", "Tattoo")
GENDERS = (
    "Male", "Female", "Trans Male", "Trans Female", "Non-Binary", "Intersex", "Not Specified", "Not Known",
)  # fmt: skip

#: 18+1, as the person says it. Asked, never guessed.
ETHNICITY_SELF = {
    "W1": "White British", "W2": "White Irish", "W3": "Gypsy or Irish Traveller", "W9": "Any other White",
    "M1": "White and Black Caribbean", "M2": "White and Black African", "M3": "White and Asian",
    "M9": "Any other Mixed", "A1": "Indian", "A2": "Pakistani", "A3": "Bangladeshi", "A4": "Chinese",
    "A9": "Any other Asian", "B1": "Caribbean", "B2": "African", "B9": "Any other Black", "O2": "Arab",
    "O9": "Any other", "NS": "Not stated",
}  # fmt: skip
#: Why it was not stated.
NOT_STATED = {
    "N1": "Event called the officer away", "N2": "Public order", "N3": "Did not understand", "N4": "Declined",
}  # fmt: skip
#: An officer's perception, never shown as fact.
ETHNICITY_OBSERVED = {
    "IC1": "White, North European", "IC2": "White, South European", "IC3": "Black", "IC4": "Asian",
    "IC5": "Chinese, Japanese or other South-East Asian", "IC6": "Arabic or North African", "IC9": "Not known",
}  # fmt: skip
#: What older systems wrote: understood when it comes in, never offered (STANDARDS 5.5).
OLD_SELF = {"O1": "A4", "UN": "NS"}
OLD_OBSERVED = {"IC0": "IC9", "IC7": "IC9", "IC8": "IC9"}


def one_of(raw: str, words: tuple[str, ...]) -> str:
    """The list's own spelling of a word, whatever its case; empty stays empty. Raises ValueError naming the list."""
    text = " ".join(raw.split())
    if not text:
        return ""
    for word in words:
        if word.casefold() == text.casefold():
            return word
    raise ValueError(f"Choose one of: {', '.join(words)}.")


def ethnicity_self(raw: str) -> str:
    """A code of the 18+1 list; older codes become their successor. Raises ValueError."""
    code = raw.strip().upper()
    code = OLD_SELF.get(code, code)
    if code and code not in ETHNICITY_SELF:
        raise ValueError("Use the 18+1 code the person gave, like W1; NS when it was not stated.")
    return code


def ethnicity_observed(raw: str) -> str:
    """IC1 to IC6 or IC9 from "IC3", "ic 3" or "3". Raises ValueError."""
    code = "".join(raw.split()).upper()
    code = f"IC{code}" if code.isdigit() else code
    code = OLD_OBSERVED.get(code, code)
    if code and code not in ETHNICITY_OBSERVED:
        raise ValueError("Use IC1 to IC6, or IC9 when it is not known.")
    return code


def height_words(low: int | None, high: int | None) -> str:
    """ "178 cm (5 ft 10)" or "175 to 180 cm (5 ft 9 to 5 ft 11)"; empty when not known. Centimetres."""
    if low is None or high is None:
        return ""
    if low == high:
        return f"{low} cm ({_feet(low)})"
    return f"{low} to {high} cm ({_feet(low)} to {_feet(high)})"


def _feet(centimetres: int) -> str:
    feet, inches = divmod(round(centimetres / 2.54), 12)
    return f"{feet} ft {inches}"
