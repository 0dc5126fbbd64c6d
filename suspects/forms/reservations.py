"""What the pages of "Click & Collect" send. The rules are in the services, which name the fields in `Invalid`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from core.clock import LONDON, local, now
from core.errors import Invalid
from suspects.services.reservations import Plan, ResultGiven, Tick
from suspects.states import RESULTS, Necessity, ReservationState

YES_NO = {"yes": True, "no": False}
# outcome, icon, colour, the line below (B4.5)
OUTCOMES = (
    (ReservationState.ARRESTED, "cuffs", "good", "Caution, time and custody next"),
    (ReservationState.NO_TRACE, "house", "warn", "Address checked, nobody or not them"),
    (ReservationState.WRONG_DETAILS, "person", "", "Wrong person or address: say what is wrong"),
    (ReservationState.MADE_OFF, "run", "live", "Goes to the board at once"),
    (ReservationState.STOOD_DOWN, "undo", "", "Withdrew for safety, or sent to another job"),
)


class RefusableForm(forms.Form):
    """Takes the service's refusal as its own errors, each at its field where there is one."""

    def refuse(self, refusal: Invalid) -> None:
        self.full_clean()
        for name, words in refusal.fields.items():
            self.add_error(name if name in self.fields else None, words)
        if not refusal.fields:
            self.add_error(None, refusal.message)


class TickForm(RefusableForm):
    """`tick` comes once for each warning: its id and, after a space, the moment it was ticked."""

    acknowledged = forms.CharField(required=False)

    def ticks(self) -> list[Tick]:
        return read_ticks(self.data.getlist("tick"))  # type: ignore[attr-defined]  # a QueryDict


class ReserveForm(TickForm):
    """The tap: its own key, who comes along, and who decided that armed officers go."""

    client_key = forms.UUIDField()
    plan_units = forms.CharField(required=False, max_length=120)
    armed_authority = forms.CharField(required=False, max_length=200)

    def plan(self) -> Plan:
        return Plan(units=self.cleaned_data["plan_units"])


def read_ticks(values: Iterable[str]) -> list[Tick]:
    """ "<marker id> 2026-11-21T14:38:01Z" each; a moment that cannot be read is now."""
    found = []
    for value in values:
        marker, _, moment = value.partition(" ")
        try:
            at = parse_datetime(moment) if moment else None
        except ValueError:
            at = None
        found.append(Tick(marker_id=marker, at=at))
    return found


class StepForm(TickForm):
    """Of the sheets on the reservation's page: each verb reads its own fields."""

    reason = forms.CharField(required=False, max_length=300)
    to = forms.CharField(required=False, max_length=20)
    plan_text = forms.CharField(required=False, max_length=300)
    plan_units = forms.CharField(required=False, max_length=120)
    eta_minutes = forms.IntegerField(required=False, min_value=0, max_value=600)

    def plan(self) -> Plan:
        data = self.cleaned_data
        minutes = data["eta_minutes"]
        eta = None if minutes is None else now() + dt.timedelta(minutes=minutes)
        return Plan(text=data["plan_text"], units=data["plan_units"], eta_at=eta)


class ResultForm(RefusableForm):
    """How it ended. `time` is today's, or of last evening when it is still to come."""

    outcome = forms.ChoiceField(choices=[(one.value, one.label) for one in RESULTS], error_messages={
        "required": "Choose how it ended.", "invalid_choice": "Choose how it ended."})  # fmt: skip
    time = forms.TimeField(required=False, input_formats=["%H:%M", "%H:%M:%S"])
    place_text = forms.CharField(required=False, max_length=120)
    custody_ref = forms.CharField(required=False, max_length=30)
    asn = forms.CharField(required=False, max_length=40)
    cautioned = forms.ChoiceField(required=False, choices=[("", ""), ("yes", "Yes"), ("no", "No")])
    reply = forms.CharField(required=False, max_length=300)
    necessity = forms.MultipleChoiceField(required=False, choices=Necessity.choices)
    necessity_text = forms.CharField(required=False, max_length=500)
    grounds_text = forms.CharField(required=False, max_length=500)
    use_of_force = forms.ChoiceField(required=False, choices=[("", ""), ("yes", "Yes"), ("no", "No")])
    body_worn_ref = forms.CharField(required=False, max_length=40)
    text = forms.CharField(required=False, max_length=1000)

    def given(self) -> ResultGiven:
        data: dict[str, Any] = self.cleaned_data
        plain = ("outcome", "place_text", "custody_ref", "asn", "reply", "necessity_text", "grounds_text",
                 "body_worn_ref", "text")  # fmt: skip
        return ResultGiven(
            **{name: data[name] for name in plain},
            occurred_at=_today_at(data["time"]),
            cautioned=YES_NO.get(data["cautioned"]),
            use_of_force=YES_NO.get(data["use_of_force"]),
            necessity=tuple(data["necessity"]),
        )


def _today_at(time: dt.time | None) -> dt.datetime | None:
    if time is None:
        return None
    moment = now()
    wall = dt.datetime.combine(local(moment).date(), time).replace(tzinfo=LONDON)
    return wall if wall <= moment + dt.timedelta(minutes=5) else wall - dt.timedelta(days=1)
