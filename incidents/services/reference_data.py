"""The tables a new force starts with. National names; numbers and targets are the force's own to edit in the admin.

Category numbers differ by force (STANDARDS 2.5): these are placeholders in NSIR's chapters, to be replaced by the
force's own list.
"""

from __future__ import annotations

from django.db import transaction

from core.models import Force
from incidents.models import IncidentCategory, ResourceStatus, ResponseGrade
from incidents.services.risk_words import seed_risk_words
from incidents.states import CategoryGroup, Deployable, GradeColour, ResourceStatusKind

# code, label, emergency, attend, rural, dispatch (minutes), colour (STANDARDS 2.3)
GRADES: tuple[tuple[str, str, bool, int | None, int | None, int | None, str], ...] = (
    ("I", "Immediate", True, 15, 20, 4, GradeColour.RED),
    ("P", "Priority", False, 60, 60, 10, GradeColour.AMBER),
    ("S", "Scheduled", False, 48 * 60, 48 * 60, None, GradeColour.ACCENT),
    ("A", "Appointment", False, 48 * 60, 48 * 60, None, GradeColour.GREY),
    ("R", "Resolution without deployment", False, None, None, None, GradeColour.GREY),
)

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
    seed_risk_words(force)
    ResourceStatus.objects.bulk_create(
        [
            ResourceStatus(
                force=force, code=code, label=label, kind=kind, deployable=deployable, auto_log=auto_log, sort=sort
            )
            for sort, (code, label, kind, deployable, auto_log) in enumerate(RESOURCE_STATUSES)
        ],
        ignore_conflicts=True,
    )
