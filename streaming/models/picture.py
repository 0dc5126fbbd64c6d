"""What people say of the picture: marks, descriptions, and what they ask of the caller's screen."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import DescribedRole, PromptKind, PromptState

_SHARE = Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1)


class PictureMark(ForceOwned):
    """A moment of the video that somebody wants to find again. Append-only; once per `key`."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="marks")
    key = models.UUIDField()
    moment = models.DateTimeField()  # of the shown frame
    offset_ms = models.PositiveIntegerField()  # since the session's first frame
    note = models.CharField(max_length=500, blank=True)
    author_label = models.CharField(max_length=80)
    author_id = models.BigIntegerField()  # core.User
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["offset_ms", "made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "key"], name="mark_once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.offset_ms}"


class Description(ForceOwned):
    """D1, D2 … of an incident. What is said of it is in its versions; none is ever rewritten."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        VEHICLE = "vehicle", "Vehicle"

    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="descriptions")
    key = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=7, choices=Kind.choices)
    moment = models.DateTimeField()
    offset_ms = models.PositiveIntegerField()
    snapshot = models.ForeignKey(
        "evidence.EvidenceItem", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["incident", "number"], name="description_number_once"),
            models.UniqueConstraint(fields=["session", "key"], name="description_once_per_key"),
            models.CheckConstraint(condition=Q(kind__in=["person", "vehicle"]), name="description_kind_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="description_number_from_1"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"D{self.number}"


class DescriptionVersion(ForceOwned):
    """One state of a description. `based_on` is the version its author had before them; append-only."""

    description = models.ForeignKey("streaming.Description", on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    based_on = models.PositiveSmallIntegerField()
    key = models.UUIDField()
    role = models.CharField(max_length=7, choices=DescribedRole.choices)
    details = models.JSONField(default=dict)  # streaming.descriptions: names of fields → text
    words = models.CharField(max_length=2000)  # the same, readable
    finished = models.BooleanField(default=False)  # solid box, else dashed
    # where in the frame, shares of its width and height; never burnt into the master
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    width = models.FloatField(null=True, blank=True)
    height = models.FloatField(null=True, blank=True)
    author_label = models.CharField(max_length=80)
    author_id = models.BigIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["description", "version"], name="description_version_once"),
            models.UniqueConstraint(fields=["description", "key"], name="description_version_once_per_key"),
            models.CheckConstraint(condition=Q(role__in=DescribedRole.values), name="description_role_known"),
            models.CheckConstraint(condition=Q(based_on__lt=F("version")), name="description_based_on_earlier"),
            models.CheckConstraint(
                condition=Q(x__isnull=True, y__isnull=True, width__isnull=True, height__isnull=True)
                | _SHARE
                & Q(x__isnull=False, y__isnull=False, width__isnull=False, height__isnull=False)
                & Q(width__gt=0, width__lte=1, height__gt=0, height__lte=1),
                name="description_box_in_the_frame",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.description_id} v{self.version}"

    @property
    def has_box(self) -> bool:
        return self.x is not None


class Phrase(ForceOwned):
    """A force's own wording of a shipped phrase, or a phrase of its own (shipped: `streaming.phrase_bank`)."""

    class Kind(models.TextChoices):
        POINT = "point", "Point and show"
        QUESTION = "question", "Question in the chat"

    class Answers(models.TextChoices):
        OK = "ok", "OK, I can't"
        YES_NO = "yes_no", "Yes, No, I don't know"
        WAY = "way", "Left, Right, Straight on, I don't know"

    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.POINT)
    english = models.CharField(max_length=120)
    # language code → sentence; what is missing is shown in English
    translations = models.JSONField(default=dict, blank=True)
    answers = models.CharField(max_length=8, choices=Answers.choices, default=Answers.OK)
    place = models.PositiveSmallIntegerField(default=100)  # order in the list
    enabled = models.BooleanField(default=True)  # False hides the shipped one of this code

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "place", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["force", "code"], name="phrase_once_per_force"),
            models.CheckConstraint(condition=~Q(english=""), name="phrase_not_empty"),
            models.CheckConstraint(condition=Q(kind__in=["point", "question"]), name="phrase_kind_known"),
            models.CheckConstraint(condition=Q(answers__in=["ok", "yes_no", "way"]), name="phrase_answers_known"),
        ]

    def __str__(self) -> str:
        return self.english


class Prompt(ForceOwned):
    """Something put on the caller's screen: a ring with a phrase, or a request. Moved only by `services.prompts`."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="prompts")
    key = models.UUIDField()
    kind = models.CharField(max_length=12, choices=PromptKind.choices)
    state = models.CharField(max_length=10, choices=PromptState.choices, default=PromptState.ASKED)
    phrase = models.CharField(max_length=40, blank=True)  # code; "" for words typed by the handler
    english = models.CharField(max_length=200)
    answers = models.CharField(max_length=8, default="ok")
    x = models.FloatField(null=True, blank=True)  # shares of the frame; none: the words alone
    y = models.FloatField(null=True, blank=True)
    frame = models.FloatField(null=True, blank=True)  # width / height of the frame that was pointed at
    seconds = models.PositiveSmallIntegerField(default=10)
    offset_ms = models.PositiveIntegerField(null=True, blank=True)
    shown_locale = models.CharField(max_length=16, blank=True)  # what the caller's page was given
    shown_words = models.CharField(max_length=400, blank=True)
    answer = models.CharField(max_length=40, blank=True)  # code of what the caller tapped
    author_label = models.CharField(max_length=80)
    author_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "key"], name="prompt_once_per_key"),
            models.CheckConstraint(condition=Q(kind__in=PromptKind.values), name="prompt_kind_known"),
            models.CheckConstraint(condition=~Q(english=""), name="prompt_not_empty"),
            models.CheckConstraint(condition=Q(seconds__gte=3, seconds__lte=120), name="prompt_seconds_sane"),
            models.CheckConstraint(
                condition=Q(x__isnull=True, y__isnull=True)
                | Q(x__isnull=False, y__isnull=False, kind="point") & _SHARE,
                name="prompt_point_in_the_frame",
            ),
            models.CheckConstraint(  # and with it that the state is one of them
                condition=Q(state__in=["asked", "seen"], ended_at__isnull=True)
                | Q(state__in=["done", "refused", "impossible", "withdrawn"], ended_at__isnull=False),
                name="prompt_over_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
