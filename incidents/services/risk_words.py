"""The words for risk that a new force starts with: criteria, vulnerability flags, qualifiers (STANDARDS 2.3 to 2.5)."""

from __future__ import annotations

from core.models import Force
from incidents.models import GradeCriterion, Qualifier, ResponseGrade, VulnerabilityFlag

# code of the grade: code and label of each criterion, in the order of its key
CRITERIA: dict[str, tuple[tuple[str, str], ...]] = {
    "I": (
        ("DANGER_TO_LIFE", "Danger to life"),
        ("VIOLENCE", "Violence used or immediately threatened"),
        ("SERIOUS_INJURY", "Serious injury"),
        ("SERIOUS_DAMAGE", "Serious damage to property"),
        ("CRIME_IN_PROGRESS", "Serious crime in progress"),
        ("OFFENDER_DISTURBED", "Offender just disturbed"),
        ("OFFENDER_DANGER", "Offender detained and a danger"),
        ("RTC_SERIOUS", "RTC: serious injury, road blocked, dangerous build-up"),
        ("REASONED_BELIEF", "Operator's reasoned belief (say why)"),
    ),
    "P": (
        ("CONCERN_FOR_SAFETY", "Concern for safety"),
        ("OFFENDER_DETAINED", "Offender detained"),
        ("EVIDENCE_AT_RISK", "Witness or evidence may be lost"),
        ("RTC_INJURY", "RTC: injury or serious obstruction"),
        ("PERSON_VULNERABLE", "Person in distress or vulnerable"),
        ("HATE", "Hate"),
    ),
}

FLAGS: tuple[tuple[str, str], ...] = (
    ("REPEAT_CALLER", "Repeat caller"),
    ("DOMESTIC_ABUSE", "Domestic abuse"),
    ("CHILD_PRESENT", "Child present"),
    ("MENTAL_HEALTH", "Mental health"),
    ("LEARNING_DISABILITY", "Learning disability"),
    ("MISSING", "Missing"),
    ("HATE", "Hate"),
    ("ASB", "ASB"),
    ("EXPLOITATION", "Exploitation"),
    ("FRAILTY", "Frailty"),
    ("HONOUR_BASED", "Honour-based abuse"),
    ("STALKING", "Stalking"),
    ("PREGNANCY", "Pregnancy"),
    ("LANGUAGE", "Language"),
)

QUALIFIERS: tuple[tuple[str, str], ...] = (
    ("ALCOHOL", "Alcohol"),
    ("DRUGS", "Drugs"),
    ("DOMESTIC", "Domestic"),
    ("HATE_RACE", "Hate: race"),
    ("HATE_RELIGION", "Hate: religion"),
    ("HATE_DISABILITY", "Hate: disability"),
    ("HATE_ORIENTATION", "Hate: sexual orientation"),
    ("HATE_TRANSGENDER", "Hate: transgender"),
    ("MENTAL_HEALTH", "Mental health"),
    ("YOUTH", "Youth"),
    ("VULNERABLE_VICTIM", "Vulnerable victim"),
    ("REPEAT_VICTIM", "Repeat victim"),
    ("INTIMIDATED_VICTIM", "Intimidated victim"),
    ("FIREARM", "Firearm"),
    ("KNIFE", "Knife"),
    ("CYBER", "Cyber or online"),
    ("HONOUR_BASED", "Honour-based"),
    ("CSE", "Child sexual exploitation"),
    ("MODERN_SLAVERY", "Modern slavery"),
    ("COUNTY_LINES", "County lines"),
    ("CRITICAL", "Critical or major incident"),
)


def seed_risk_words(force: Force) -> None:
    """Rows it already has are left as they are."""
    grades = {grade.code: grade for grade in ResponseGrade.objects.filter(force=force)}
    GradeCriterion.objects.bulk_create(
        [
            GradeCriterion(force=force, grade=grades[code], code=name, label=label, sort=sort)
            for code, rows in CRITERIA.items()
            if code in grades
            for sort, (name, label) in enumerate(rows, start=1)
        ],
        ignore_conflicts=True,
    )
    VulnerabilityFlag.objects.bulk_create(
        [VulnerabilityFlag(force=force, code=code, label=label, sort=sort) for sort, (code, label) in enumerate(FLAGS)],
        ignore_conflicts=True,
    )
    Qualifier.objects.bulk_create(
        [Qualifier(force=force, code=code, label=label, sort=sort) for sort, (code, label) in enumerate(QUALIFIERS)],
        ignore_conflicts=True,
    )
