"""THRIVE, RARA and what closing says of anti-social behaviour: the codes and words of risk (STANDARDS 2.4, 2.5)."""

from __future__ import annotations

from django.db import models


# --- risk, grade and closing (STANDARDS 2.3 to 2.5, 2.8)
class Score(models.TextChoices):
    """How much of it, in THRIVE."""

    LOW = "LOW", "Low"
    MEDIUM = "MEDIUM", "Medium"
    HIGH = "HIGH", "High"


class Occasion(models.TextChoices):
    """Why the risk was assessed."""

    OPENING = "OPENING", "On opening"
    REVIEW = "REVIEW", "Review"
    RECONTACT = "RECONTACT", "Contacted again"
    TARGET_MISSED = "TARGET_MISSED", "Target missed"
    CLOSING = "CLOSING", "Before closing unattended"


#: The six lines of THRIVE in order, with the cue beside an empty field; a THRIVE+ force has the seventh.
THRIVE: tuple[tuple[str, str, str], ...] = (
    ("threat", "Threat", "What threatens, where, who?"),
    ("harm", "Harm", "Who could be hurt, how badly?"),
    ("risk", "Risk", "How likely, also before arrival?"),
    ("investigation", "Investigation", "Evidence to secure?"),
    ("vulnerability", "Vulnerability", "Who cannot protect themselves?"),
    ("engagement", "Engagement", "What do they need?"),
)


THRIVE_PLUS: tuple[str, str, str] = ("prevention_intervention", "Prevention", "What stops it happening again?")


#: Safeguarding actions (STANDARDS 2.4).
RARA: tuple[tuple[str, str], ...] = (
    ("rara_remove", "Remove"),
    ("rara_avoid", "Avoid"),
    ("rara_reduce", "Reduce"),
    ("rara_accept", "Accept"),
)


class AsbClass(models.TextChoices):
    PERSONAL = "PERSONAL", "Personal"
    NUISANCE = "NUISANCE", "Nuisance"
    ENVIRONMENTAL = "ENVIRONMENTAL", "Environmental"


class AsbType(models.TextChoices):
    """POLE dictionary DS_107 (STANDARDS 2.5)."""

    VEHICLE_ABANDONED = "VEHICLE_ABANDONED", "Vehicle abandoned"
    VEHICLE_NUISANCE = "VEHICLE_NUISANCE", "Vehicle nuisance or inappropriate use"
    ROWDY_BEHAVIOUR = "ROWDY_BEHAVIOUR", "Rowdy or inconsiderate behaviour"
    ROWDY_NEIGHBOURS = "ROWDY_NEIGHBOURS", "Rowdy or nuisance neighbours"
    LITTERING = "LITTERING", "Littering or drugs paraphernalia"
    ANIMALS = "ANIMALS", "Animal problems"
    TRESPASSING = "TRESPASSING", "Trespassing"
    NUISANCE_CALLS = "NUISANCE_CALLS", "Nuisance calls"
    STREET_DRINKING = "STREET_DRINKING", "Street drinking"
    PROSTITUTION = "PROSTITUTION", "Prostitution-related activity"
    NOISE = "NOISE", "Nuisance noise"
    BEGGING = "BEGGING", "Begging"
    FIREWORKS = "FIREWORKS", "Misuse of fireworks"


class Fact(models.TextChoices):
    """What a caller said that may be put right later; the opening category is not among it."""

    CALLER_NAME = "caller_name", "Name"
    CALLER_NUMBER = "caller_number", "Number"
    LOCATION_TEXT = "location_text", "Place"
