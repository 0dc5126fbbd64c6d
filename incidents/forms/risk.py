"""The forms of the tabs of risk. Rules are the services'; their words go beside the fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField

from core.clock import local
from core.errors import Conflict, Invalid
from incidents.forms.categories import code_of
from incidents.models import Incident, IncidentCategory
from incidents.services.appointments import Slot
from incidents.services.methane import METHANE_COUNTS, METHANE_WORDS
from incidents.thrive import RARA, THRIVE, THRIVE_PLUS, AsbClass, AsbType, Occasion, Score

_SEEN_MOST = 1_000_000


class RefusableForm(forms.Form):
    def refuse(self, refusal: Invalid | Conflict) -> None:
        """A service's words beside their fields, else over the form."""
        fields = refusal.fields if isinstance(refusal, Invalid) else {}
        for name, words in fields.items():
            self.add_error(name if name in self.fields else None, words)
        if not fields:
            self.add_error(None, refusal.message)


def _line(label: str, cue: str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": cue, "dir": "auto"})
    return forms.CharField(label=label, required=False, widget=widget)


def _score(label: str) -> forms.CharField:
    return forms.CharField(label=f"{label}: score", required=False)


def _time(label: str) -> forms.TimeField:
    """24 hours, as the log has it, on every browser: "10:00", "1000"."""
    widget = forms.TimeInput(
        format="%H:%M", attrs={"inputmode": "numeric", "placeholder": "hh:mm", "autocomplete": "off", "size": "5"}
    )
    errors = dict.fromkeys(("required", "invalid"), "Give a time, as 10:00.")
    return forms.TimeField(label=label, widget=widget, input_formats=["%H:%M", "%H%M", "%H.%M"], error_messages=errors)


def _seen() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=_SEEN_MOST)


class ThriveFields(RefusableForm):
    """THRIVE and RARA; part of the call form, and of the tab's own."""

    threat, threat_score = _line("Threat", THRIVE[0][2]), _score("Threat")
    harm, harm_score = _line("Harm", THRIVE[1][2]), _score("Harm")
    risk, risk_score = _line("Risk", THRIVE[2][2]), _score("Risk")
    investigation, investigation_score = _line("Investigation", THRIVE[3][2]), _score("Investigation")
    vulnerability, vulnerability_score = _line("Vulnerability", THRIVE[4][2]), _score("Vulnerability")
    engagement, engagement_score = _line("Engagement", THRIVE[5][2]), _score("Engagement")
    prevention_intervention = _line("Prevention", THRIVE_PLUS[2])
    prevention_intervention_score = _score("Prevention")
    rara_remove, rara_avoid = _line("Remove"), _line("Avoid")
    rara_reduce, rara_accept = _line("Reduce"), _line("Accept")

    asked: tuple[tuple[str, str, str], ...] = THRIVE
    scores = Score.choices

    @property
    def lines(self) -> list[tuple[BoundField, BoundField]]:
        """Words and score of each line the force asks for."""
        return [(self[name], self[f"{name}_score"]) for name, _, _ in self.asked]

    @property
    def actions(self) -> list[BoundField]:
        return [self[name] for name, _ in RARA]

    def assessment(self) -> dict[str, str]:
        """What was typed of it, by name."""
        names = [name for name, _, _ in self.asked]
        wanted = [*names, *(f"{name}_score" for name in names), *(name for name, _ in RARA)]
        return {name: self.cleaned_data.get(name) or "" for name in wanted}


class ThriveForm(ThriveFields):
    occasion = forms.ChoiceField(
        label="Why now",
        choices=[choice for choice in Occasion.choices if choice[0] != Occasion.OPENING],
        widget=forms.Select(attrs={"class": "input"}),
    )
    seen = _seen()


class GradeForm(RefusableForm):
    grade_code = forms.CharField(max_length=4, error_messages={"required": "Choose a grade."})
    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea(attrs={"rows": "2", "dir": "auto"}))
    seen_grade = forms.CharField(max_length=4, required=False)
    cites_seq = forms.IntegerField(
        label="Picture", required=False, min_value=1, max_value=_SEEN_MOST,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "maxlength": "7", "autocomplete": "off", "list": "citable-pictures"}
        ),
    )  # fmt: skip


class AgreedForm(RefusableForm):
    """The time agreed with a caller, as it is said: Europe/London. `seen`: its beginning here, epoch seconds."""

    day = forms.DateField(
        label="Day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=dict.fromkeys(("required", "invalid"), "Choose a day."),
    )  # fmt: skip
    start, until = _time("From"), _time("Until")
    reason = forms.CharField(
        label="Why so late", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"})
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=32_503_680_000,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Open this tab again, then agree a time."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_agreed_%s", **kwargs})  # the tab has another reason

    @property
    def unseen_errors(self) -> list[str]:
        """What stands beside no field."""
        return [*self.non_field_errors(), *self["seen"].errors]

    @property
    def times(self) -> list[BoundField]:
        return [self["day"], self["start"], self["until"]]

    def slot(self) -> Slot:
        data = self.cleaned_data
        return Slot(day=data["day"], start=data["start"], until=data["until"])

    @classmethod
    def of(cls, incident: Incident) -> AgreedForm:
        """As it stands now."""
        begin, end = incident.agreed_from, incident.agreed_until
        if begin is None or end is None:
            return cls()
        first, last, seen = local(begin), local(end), int(begin.timestamp())
        return cls(initial={"day": first.date(), "start": first.time(), "until": last.time(), "seen": seen})


class ReasonForm(RefusableForm):
    """Opening again, and a supervisor's decision."""

    reason = forms.CharField(label="Reason", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class CloseForm(RefusableForm):
    category_code = forms.CharField(
        label="Closing category",
        required=False,
        max_length=140,
        widget=forms.TextInput(attrs={"list": "closing-categories", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label="Closing words",
        required=False,
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )
    asb_class = forms.CharField(label="ASB class", required=False, widget=forms.Select(choices=[("", "–")]))
    asb_type = forms.CharField(label="ASB type", required=False, widget=forms.Select(choices=[("", "–")]))
    crime_numbers = forms.CharField(
        label="Crime numbers", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    no_crime_rationale = forms.CharField(
        label="Why no crime is recorded",
        required=False,
        widget=forms.Textarea(attrs={"rows": "2", "dir": "auto"}),
    )

    def __init__(self, *args: Any, categories: Iterable[IncidentCategory] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = list(categories)
        self.fields["asb_class"].widget.choices = [("", "–"), *AsbClass.choices]
        self.fields["asb_type"].widget.choices = [("", "–"), *AsbType.choices]

    def clean_category_code(self) -> str:
        typed = str(self.cleaned_data["category_code"])
        return code_of(typed, self.categories) if typed else ""

    def given(self, qualifiers: list[str]) -> dict[str, Any]:
        """What `close_incident` takes."""
        data = self.cleaned_data
        numbers = data["crime_numbers"].replace(";", ",").split(",")
        return {
            "category_code": data["category_code"], "text": data["text"], "qualifiers": qualifiers,
            "crime_numbers": [one.strip() for one in numbers if one.strip()],
            "no_crime_rationale": data["no_crime_rationale"], "asb_class": data["asb_class"],
            "asb_type": data["asb_type"],
        }  # fmt: skip


class MethaneForm(RefusableForm):
    exact_location = _line("Exact location")
    type_of_incident = _line("Type of incident")
    hazards_present, hazards_potential = _line("Hazards present"), _line("Hazards potential")
    access_egress = _line("Access and egress")
    casualties_p1, casualties_p2 = _line("P1"), _line("P2")
    casualties_p3, casualties_dead = _line("P3"), _line("Dead")
    services_present, services_required = _line("Services present"), _line("Services required")
    seen = _seen()

    @property
    def words(self) -> list[tuple[str, BoundField]]:
        return [(letter, self[name]) for name, _, letter in METHANE_WORDS]

    @property
    def counts(self) -> list[BoundField]:
        return [self[name] for name, _ in METHANE_COUNTS]


FACTS = ("caller_name", "caller_number", "location_text")


class FactsForm(RefusableForm):
    """Putting right. `saw_…` is what the field held when it was opened: what nobody typed into changes nothing."""

    caller_name = forms.CharField(label="Name", required=False, widget=forms.TextInput(attrs={"dir": "auto"}))
    caller_number = forms.CharField(
        label="Number", required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    location_text = forms.CharField(
        label="Place", required=False, widget=forms.Textarea(attrs={"rows": "2", "dir": "auto"})
    )
    saw_caller_name = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    saw_caller_number = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    saw_location_text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    seen = _seen()

    @property
    def saw(self) -> list[BoundField]:
        return [self[f"saw_{name}"] for name in FACTS]

    def typed(self) -> dict[str, str]:
        """The facts that were sent and are not what the field held before."""
        sent = {name: str(self.cleaned_data[name]) for name in FACTS if name in self.data}
        saw = {name: self.data.get(f"saw_{name}") for name in FACTS}
        return {name: words for name, words in sent.items() if saw[name] is None or words != str(saw[name]).strip()}

    def show_theirs(self, held: dict[str, str]) -> None:
        """After a refusal: what this person typed stays, what they did not touch is what it is now."""
        mine = self.typed()
        data: dict[str, Any] = {name: self.data.get(name) for name in self.data}
        for name, words in held.items():
            data[f"saw_{name}"] = words
            if name not in mine:
                data[name] = words
        self.data = data
