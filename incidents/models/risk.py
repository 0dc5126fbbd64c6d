"""What was thought of the risk, and what was reported of a major incident: versions, added and never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from incidents.thrive import RARA, THRIVE, THRIVE_PLUS, Occasion, Score

_WORDS = 500
_SCORES = ["", *Score.values]


class Version(ForceOwned):
    """One version of something about an incident. `based_on` is the newest version its author had seen."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="%(class)ss")
    version = models.PositiveIntegerField()
    based_on = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    by_label = models.CharField(max_length=100)

    class Meta:
        abstract = True
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "version"], name="%(class)s_version_once"),
            models.CheckConstraint(
                condition=Q(version__gte=1, based_on__lt=models.F("version")), name="%(class)s_version_follows"
            ),
        ]


class RiskAssessment(Version):
    """THRIVE (STANDARDS 2.4): words and a score for each line, and the safeguarding actions taken (RARA)."""

    occasion = models.CharField(max_length=13, choices=Occasion.choices)
    threat = models.CharField(max_length=_WORDS, blank=True)
    threat_score = models.CharField(max_length=6, choices=Score.choices, blank=True)
    harm = models.CharField(max_length=_WORDS, blank=True)
    harm_score = models.CharField(max_length=6, choices=Score.choices, blank=True)
    risk = models.CharField(max_length=_WORDS, blank=True)
    risk_score = models.CharField(max_length=6, choices=Score.choices, blank=True)
    investigation = models.CharField(max_length=_WORDS, blank=True)
    investigation_score = models.CharField(max_length=6, choices=Score.choices, blank=True)
    vulnerability = models.CharField(max_length=_WORDS, blank=True)
    vulnerability_score = models.CharField(max_length=6, choices=Score.choices, blank=True)
    engagement = models.CharField(max_length=_WORDS, blank=True)
    engagement_score = models.CharField(max_length=6, choices=Score.choices, blank=True)
    prevention_intervention = models.CharField(max_length=_WORDS, blank=True, help_text="THRIVE+ only.")
    prevention_intervention_score = models.CharField(max_length=6, choices=Score.choices, blank=True)
    rara_remove = models.CharField(max_length=_WORDS, blank=True)
    rara_avoid = models.CharField(max_length=_WORDS, blank=True)
    rara_reduce = models.CharField(max_length=_WORDS, blank=True)
    rara_accept = models.CharField(max_length=_WORDS, blank=True)

    class Meta(Version.Meta):
        abstract = False
        constraints = [
            *Version.Meta.constraints,
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="assessment_occasion_known"),
            models.CheckConstraint(
                condition=Q(
                    threat_score__in=_SCORES, harm_score__in=_SCORES, risk_score__in=_SCORES,
                    investigation_score__in=_SCORES, vulnerability_score__in=_SCORES, engagement_score__in=_SCORES,
                    prevention_intervention_score__in=_SCORES,
                ),
                name="assessment_scores_known",
            ),
            models.CheckConstraint(
                condition=~Q(
                    threat_score="", harm_score="", risk_score="", investigation_score="", vulnerability_score="",
                    engagement_score="",
                ),
                name="assessment_says_something",
            ),
        ]  # fmt: skip

    @property
    def lines(self) -> list[tuple[str, str, Score | None]]:
        """Label, words and score of each line that says something."""
        found = []
        for name, label, _ in (*THRIVE, THRIVE_PLUS):
            words, score = getattr(self, name), getattr(self, f"{name}_score")
            if words or score:
                found.append((label, words, Score(score) if score else None))
        return found

    @property
    def safeguarding(self) -> list[tuple[str, str]]:
        return [(label, getattr(self, name)) for name, label in RARA if getattr(self, name)]


class MethaneReport(Version):
    """M/ETHANE (STANDARDS 2.8). Without a declaration it is an ETHANE. `casualties` none means not known."""

    declared = models.BooleanField(help_text="A major incident was declared when this was saved.")
    exact_location = models.CharField(max_length=_WORDS, blank=True)
    type_of_incident = models.CharField(max_length=_WORDS, blank=True)
    hazards_present = models.CharField(max_length=_WORDS, blank=True)
    hazards_potential = models.CharField(max_length=_WORDS, blank=True)
    access_egress = models.CharField(max_length=_WORDS, blank=True)
    casualties_p1 = models.PositiveIntegerField(null=True, blank=True)
    casualties_p2 = models.PositiveIntegerField(null=True, blank=True)
    casualties_p3 = models.PositiveIntegerField(null=True, blank=True)
    casualties_dead = models.PositiveIntegerField(null=True, blank=True)
    services_present = models.CharField(max_length=_WORDS, blank=True)
    services_required = models.CharField(max_length=_WORDS, blank=True)

    class Meta(Version.Meta):
        abstract = False

    @property
    def name(self) -> str:
        return "METHANE" if self.declared else "ETHANE"
