"""What a new force starts with: bands, bases and powers, markers, condition codes, policy values.

Everything here is [M] or [L] in STANDARDS: a starting table for the force to correct, never an `if` in the code.
"""

from __future__ import annotations

from django.db import transaction

from core.models import Force
from suspects.models import ConditionKind, MarkerKind, PriorityBand, SuspectRules, WantedBasis

# code, label, rank, hours, colour, icon (STANDARDS 7.3)
BANDS = (
    ("P1", "Murder, serious sexual, firearms, risk to a named person, recall", 1, 24, "red", "triangle"),
    ("P2", "Other violence, burglary, robbery, warrant category A", 2, 72, "amber", "diamond"),
    ("P3", "Everything else", 3, 336, "blue", "circle"),
)

# code, label, power ("" = none), by warrant, necessity, court within hours (STANDARDS 7.1)
BASES = (
    ("RECALL_PRISON", "Recall to prison", "unlawfully at large", False, False, None),
    ("ESCAPE_UAL", "Escaped, unlawfully at large", "unlawfully at large", False, False, None),
    ("SUSPECT_CIRCULATED", "Wanted for an offence", "PACE s.24, necessity", False, True, None),
    ("WARRANT_FTA", "Fail to appear", "the warrant", True, False, None),
    ("WARRANT_FIRST_INSTANCE", "Warrant, first instance", "the warrant", True, False, None),
    ("WARRANT_COMMITMENT", "Warrant, commitment or fines", "the warrant", True, False, None),
    ("WARRANT_WITNESS", "Warrant for a witness", "the warrant", True, False, None),
    ("BREACH_BAIL", "Breach of court bail", "Bail Act s.7(3)", False, False, 24),
    ("BREACH_PRECHARGE_BAIL", "Breach of pre-charge bail", "PACE s.46A", False, False, None),
    ("BREACH_ORDER", "Breach of an order", "by the order", False, True, None),
    ("MHA_AWOL", "Absent without leave, mental health", "MHA s.18 or s.138, to a hospital", False, False, None),
    ("EXTRADITION_TACA", "Extradition", "Extradition Act", False, False, None),
    ("IMMIGRATION", "Immigration", "Schedule 2 IA 1971", False, False, None),
    ("DESERTER", "Deserter", "AFA 2006 s.314", False, False, None),
    ("LOCATE_TRACE", "Locate and trace", "", False, False, None),
    ("MISSING", "Missing", "", False, False, None),
    ("STOP_REPORT", "Check and report", "", False, False, None),
)

# family, code, label, severity, health, secret, icon (STANDARDS 5.7, 6.2)
MARKERS = (
    ("SIGNAL", "FI", "Firearms", "CRITICAL", False, False, "firearm"),
    ("SIGNAL", "WE", "Weapons", "CRITICAL", False, False, "weapon"),
    ("SIGNAL", "EX", "Explosives", "CRITICAL", False, False, "alert"),
    ("SIGNAL", "VI", "Violent", "CRITICAL", False, False, "hand"),
    ("SIGNAL", "ES", "Escaper", "CAUTION", False, False, "run"),
    ("SIGNAL", "DR", "Drugs", "CAUTION", False, False, "syringe"),
    ("SIGNAL", "CO", "Contagious", "CAUTION", True, False, "health"),
    ("SIGNAL", "AT", "Ailment", "CAUTION", True, False, "health"),
    ("SIGNAL", "MN", "Mental disorder", "CAUTION", True, False, "health"),
    ("SIGNAL", "SU", "Suicidal", "CAUTION", True, False, "health"),
    ("SIGNAL", "SH", "Self-harm", "CAUTION", True, False, "health"),
    ("SIGNAL", "AG", "Alleges", "CAUTION", False, False, "alert"),
    ("SIGNAL", "CN", "Conceals", "CAUTION", False, False, "eye-off"),
    ("SIGNAL", "IM", "Impersonates", "NOTE", False, False, "person"),
    ("SIGNAL", "OB", "Offends on bail", "NOTE", False, False, "flag"),
    ("SIGNAL", "AL", "Alcohol", "CAUTION", False, False, "alert"),
    ("INFORMATION", "SOR", "Sex-offender register", "NOTE", False, False, "flag"),
    ("INFORMATION", "DNA", "DNA status", "NOTE", False, False, "flag"),
    ("INFORMATION", "FBO", "Football banning order", "NOTE", False, False, "flag"),
    ("INFORMATION", "DV", "Domestic violence", "CAUTION", False, False, "flag"),
    ("INFORMATION", "MAPPA", "MAPPA", "CAUTION", False, False, "flag"),
    ("INFORMATION", "DISQ", "Disqualified driver", "NOTE", False, False, "car"),
    ("INFORMATION", "FPS", "Fingerprint status", "NOTE", False, False, "flag"),
    ("ADDRESS", "DOG", "Dog", "CAUTION", False, False, "dog"),
    ("ADDRESS", "WEA", "Weapon at the address", "CRITICAL", False, False, "weapon"),
    ("ADDRESS", "HOST", "Hostile occupant", "CRITICAL", False, False, "hand"),
    ("ADDRESS", "VULN", "Vulnerable occupant", "CAUTION", False, False, "person"),
    ("ADDRESS", "CHILD", "Child at the address", "CAUTION", False, False, "child"),
    ("ADDRESS", "TAU", "Panic alarm", "NOTE", False, False, "alert"),
    ("ADDRESS", "REF", "Refuge", "NOTE", False, True, "house"),
    ("VEHICLE", "STOLEN", "Lost or stolen", "CRITICAL", False, False, "car"),
    ("VEHICLE", "CLONE", "Suspected cloned", "CAUTION", False, False, "car"),
    ("VEHICLE", "INT", "Of interest", "CAUTION", False, False, "car"),
    ("VEHICLE", "FAIL", "Makes off from police", "CRITICAL", False, False, "run"),
    ("VEHICLE", "NOINS", "No insurance held", "NOTE", False, False, "car"),
)

# code, label; curfews, exclusions and doorstep are named below (STANDARDS 7.4)
CONDITIONS = (
    ("JD", "Curfew, no police doorstep check"),
    ("JE", "Curfew, police doorstep check"),
    ("JF", "Not to drive"),
    ("JG", "Supply a contact number"),
    ("JH", "Not to apply for travel documents"),
    ("JK", "No contact, direct or indirect"),
    ("JL", "Surrender passport to the court"),
    ("JM", "Surrender passport to the police"),
    ("JN", "Pub exclusion"),
    ("JO", "Not to approach, unsupervised"),
    ("JP", "Not to approach, police supervised"),
    ("JQ", "Report to a police station"),
    ("JR", "Reside at a bail hostel"),
    ("JS", "Reside at various bail hostels"),
    ("JT", "Security"),
    ("JU", "Surety, once"),
    ("JV", "Surety, continuous"),
    ("JW", "Sureties, once"),
    ("JX", "Sureties, continuous"),
    ("JY", "Not to leave England or Wales"),
    ("JZ", "Report to a probation office"),
    ("RA", "Other"),
    ("RB", "Residence"),
    ("RC", "Attend a solicitor"),
    ("RD", "Not to sit in the front seat"),
    ("RE", "Report to the Youth Justice Team"),
    ("RF", "No internet device"),
    ("RG", "Not to delete history"),
    ("RH", "Keep the phone on, charged and carried"),
    ("GQ", "Reside with a named person"),
    ("GR", "Reside at a place"),
    ("GS", "Local authority accommodation"),
    ("GT", "Pre-sentence drug test"),
    ("EX", "Not to enter a place"),
)
CURFEWS, DOORSTEP, EXCLUSIONS = {"JD", "JE"}, {"JE"}, {"JN", "EX"}


@transaction.atomic
def seed_force(force: Force) -> None:
    """Give the force its starting tables. Safe to repeat: what is there already stays as the force left it."""
    PriorityBand.objects.bulk_create(
        (
            PriorityBand(force=force, code=code, label=label, rank=rank, target_hours=hours, colour=colour, icon=icon)
            for code, label, rank, hours, colour, icon in BANDS
        ),
        ignore_conflicts=True,
    )
    WantedBasis.objects.bulk_create(
        (
            WantedBasis(
                force=force, code=code, label=label, power=power, may_arrest=bool(power), by_warrant=by_warrant,
                needs_necessity=necessity, court_within_hours=court_hours, sort=sort,
            )
            for sort, (code, label, power, by_warrant, necessity, court_hours) in enumerate(BASES)
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    MarkerKind.objects.bulk_create(
        (
            MarkerKind(
                force=force, family=family, code=code, label=label, severity=severity, health=health, secret=secret,
                icon=icon,
            )
            for family, code, label, severity, health, secret, icon in MARKERS
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    ConditionKind.objects.bulk_create(
        (
            ConditionKind(
                force=force, code=code, label=label, is_curfew=code in CURFEWS, is_exclusion=code in EXCLUSIONS,
                permits_doorstep=code in DOORSTEP,
            )
            for code, label in CONDITIONS
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    SuspectRules.objects.get_or_create(force=force)
