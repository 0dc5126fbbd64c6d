"""The tables a new force starts with. National names; numbers and targets are the force's own to edit in the admin.

Category numbers differ by force (STANDARDS 2.5): these are placeholders in NSIR's chapters, to be replaced by the
force's own list.
"""

from __future__ import annotations

from django.db import transaction

from core.models import Force
from incidents.models import (
    CategorySkill,
    IncidentCategory,
    ResourceStatus,
    ResponseGrade,
    Skill,
    TravelSpeed,
)
from incidents.services.risk_words import seed_risk_words
from incidents.states import (
    CategoryGroup,
    ClockStart,
    Deployable,
    GradeColour,
    ResourceStatusKind,
    SkillNeed,
    StateEffect,
)

# code, label, emergency, attend, rural, dispatch (minutes), colour (STANDARDS 2.3)
GRADES: tuple[tuple[str, str, bool, int | None, int | None, int | None, str], ...] = (
    ("I", "Immediate", True, 15, 20, 4, GradeColour.RED),
    ("P", "Priority", False, 60, 60, 10, GradeColour.AMBER),
    ("S", "Scheduled", False, 48 * 60, 48 * 60, None, GradeColour.ACCENT),
    ("A", "Appointment", False, 48 * 60, 48 * 60, None, GradeColour.GREY),
    ("R", "Resolution without deployment", False, None, None, None, GradeColour.GREY),
)

APPOINTMENT = "A"  # of those: attended at the time that is agreed with the caller

# first code of the group, group, names (STANDARDS 2.5)
CATEGORIES: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (
        1,
        CategoryGroup.TRANSPORT,
        (
            "RTC: death or injury",
            "RTC: damage only",
            "Road related offence",
            "Highway disruption",
            "Rail, air or marine",
        ),
    ),
    (101, CategoryGroup.ASB, ("ASB: personal", "ASB: nuisance", "ASB: environmental")),
    (
        201,
        CategoryGroup.SAFETY,
        (
            "Abandoned call to emergency services",
            "Absconder or AWOL",
            "Animals or wildlife",
            "Civil dispute",
            "Concern for safety",
            "Domestic incident",
            "Firearms (non-crime)",
            "Hoax call to emergency services",
            "Immigration",
            "Industrial incident",
            "Insecure premises or vehicle",
            "Licensing",
            "Missing person",
            "Natural disaster or warning",
            "Protest or demonstration",
            "Sudden death",
            "Suspicious circumstances",
            "Suspicious package or object",
            "Truancy",
        ),
    ),
    (
        301,
        CategoryGroup.ADMIN,
        (
            "Alarm",
            "Assistance to other agency",
            "Complaint against police",
            "Contact record",
            "Duplicate",
            "Error",
            "Found or lost property or person",
            "Messages",
            "Police-generated activity",
            "Pre-planned event",
            "Wanted person",
        ),
    ),
    (
        401,
        CategoryGroup.CRIME,
        (
            "Violence against the person",
            "Sexual offence",
            "Robbery",
            "Burglary: dwelling",
            "Burglary: other",
            "Vehicle crime",
            "Theft",
            "Criminal damage or arson",
            "Drug offence",
            "Possession of weapon",
            "Public order offence",
            "Fraud",
            "Other crime",
        ),
    ),
)

# code, label (STANDARDS 2.10)
SKILLS: tuple[tuple[str, str], ...] = (
    ("RESPONSE", "Response driver"),
    ("TASER", "Taser"),
    ("AFO", "Authorised firearms officer"),
    ("PSU2", "PSU level 2"),
    ("DOG", "Dog"),
    ("MOE", "Method of entry"),
    ("SOIT", "SOIT"),
    ("NEG", "Negotiator"),
    ("POLSA", "PolSA"),
    ("DRONE", "Drone pilot"),
    ("HAZMAT", "HazMat"),
    ("MEDIC", "Medic"),
    ("RTC", "Collision trained"),
)
# category ("" is any emergency), skill, need. What a force really asks for is its own to edit.
CATEGORY_SKILLS: tuple[tuple[str, str, str], ...] = (
    ("", "RESPONSE", SkillNeed.HELPS),
    ("Firearms (non-crime)", "AFO", SkillNeed.MUST),
    ("Possession of weapon", "TASER", SkillNeed.HELPS),
    ("RTC: death or injury", "RTC", SkillNeed.HELPS),
    ("RTC: death or injury", "MEDIC", SkillNeed.HELPS),
    ("Missing person", "DRONE", SkillNeed.HELPS),
    ("Missing person", "DOG", SkillNeed.HELPS),
    ("Concern for safety", "MOE", SkillNeed.HELPS),
    ("Industrial incident", "HAZMAT", SkillNeed.HELPS),
    ("Protest or demonstration", "PSU2", SkillNeed.HELPS),
    ("Suspicious package or object", "HAZMAT", SkillNeed.HELPS),
    ("Burglary: dwelling", "DOG", SkillNeed.HELPS),
)
# type, emergency, km/h, road factor: a model, not a road. Measured figures belong in the force's table.
TRAVEL_SPEEDS: tuple[tuple[str, bool, float, float], ...] = (
    ("", True, 55.0, 1.35),
    ("", False, 32.0, 1.35),
    ("Foot patrol", True, 8.0, 1.2),
    ("Foot patrol", False, 5.0, 1.2),
)

_EFFECTS: dict[str, str] = {
    "0": StateEffect.EMERGENCY, "2": StateEffect.CLEAR, "3": StateEffect.CLEAR, "5": StateEffect.EN_ROUTE,
    "6": StateEffect.AT_SCENE, "11": StateEffect.CLEAR,
    "12": StateEffect.CALL, "13": StateEffect.CALL, "14": StateEffect.CALL_NOW,
}  # fmt: skip
_EMERGENCY_CATEGORY = "Police-generated activity"

_STANDING, _EVENT, _MESSAGE = ResourceStatusKind.STANDING, ResourceStatusKind.EVENT, ResourceStatusKind.MESSAGE
_YES, _NO = Deployable.YES, Deployable.NO
# code, label, kind, deployable, written to the log (STANDARDS 2.9)
RESOURCE_STATUSES: tuple[tuple[str, str, str, str, bool], ...] = (
    ("0", "Emergency assistance", _EVENT, _NO, True),
    ("1", "On duty", _STANDING, _YES, False),
    ("2", "On patrol, available", _STANDING, _YES, False),
    ("3", "At station, available", _STANDING, _YES, False),
    ("4", "Refreshments", _STANDING, Deployable.LIMITED, False),
    ("5", "En route to incident", _STANDING, _NO, True),
    ("6", "At scene", _STANDING, _NO, True),
    ("7", "Committed, deployable", _STANDING, Deployable.LOW, False),
    ("8", "Committed, not deployable", _STANDING, _NO, False),
    ("9", "Prisoner escort", _STANDING, _NO, False),
    ("10", "At court", _STANDING, _NO, False),
    ("11", "Off duty", _STANDING, _NO, False),
    ("12", "Confidential message wanted", _MESSAGE, _NO, False),
    ("13", "Non-urgent call back", _MESSAGE, _NO, False),
    ("14", "Urgent call back", _MESSAGE, _NO, False),
    ("15", "Received", _MESSAGE, _NO, False),
    ("16", "Repeat", _MESSAGE, _NO, False),
)


@transaction.atomic
def seed_force(force: Force) -> None:
    """Give a force its starting grades, categories and States. Rows it already has are left as they are."""
    ResponseGrade.objects.bulk_create(
        [
            ResponseGrade(
                force=force, code=code, label=label, emergency=emergency, attend_target_min=attend,
                rural_target_min=rural, dispatch_target_min=dispatch, colour=colour, sort=sort,
                clock_start=ClockStart.AGREED if code == APPOINTMENT else ClockStart.RECEIVED,
            )
            for sort, (code, label, emergency, attend, rural, dispatch, colour) in enumerate(GRADES, start=1)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    IncidentCategory.objects.bulk_create(
        [
            IncidentCategory(force=force, code=f"{number:03d}", name=name, group=group)
            for first, group, names in CATEGORIES
            for number, name in enumerate(names, start=first)
        ],
        ignore_conflicts=True,
    )
    for_emergencies = IncidentCategory.objects.filter(force=force, name=_EMERGENCY_CATEGORY).first()
    seed_risk_words(force)
    ResourceStatus.objects.bulk_create(
        [
            ResourceStatus(
                force=force, code=code, label=label, kind=kind, deployable=deployable, auto_log=auto_log, sort=sort,
                effect=_EFFECTS.get(code, StateEffect.NONE), category=for_emergencies if kind == _EVENT else None,
            )
            for sort, (code, label, kind, deployable, auto_log) in enumerate(RESOURCE_STATUSES)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    _seed_dispatch(force)


def _seed_dispatch(force: Force) -> None:
    """Skills, what categories ask for, and how fast units travel."""
    Skill.objects.bulk_create(
        [Skill(force=force, code=code, label=label, sort=sort) for sort, (code, label) in enumerate(SKILLS)],
        ignore_conflicts=True,
    )
    skills = {skill.code: skill for skill in Skill.objects.filter(force=force)}
    categories = {one.name: one for one in IncidentCategory.objects.filter(force=force)}
    CategorySkill.objects.bulk_create(
        [
            CategorySkill(force=force, category=categories.get(name), skill=skills[code], need=need)
            for name, code, need in CATEGORY_SKILLS
            if not name or name in categories
        ],
        ignore_conflicts=True,
    )
    TravelSpeed.objects.bulk_create(
        [
            TravelSpeed(force=force, type=type_, emergency=emergency, kmh=kmh, road_factor=factor)
            for type_, emergency, kmh, factor in TRAVEL_SPEEDS
        ],
        ignore_conflicts=True,
    )
