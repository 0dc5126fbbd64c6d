"""The shape of what a telephony system sends. Rules are the service's; limits here only bound what is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from incidents.states import CallEventKind, Channel, EisecKind


class EisecIn(serializers.Serializer[Any]):
    """EISEC, as the line's operator gives it (STANDARDS 3.7): metres of EPSG:27700, orientation from north."""

    kind = serializers.ChoiceField(choices=EisecKind.choices)
    name = serializers.CharField(max_length=200, allow_blank=True, default="")
    address_lines = serializers.ListField(
        child=serializers.CharField(max_length=200, allow_blank=True), max_length=10, default=list
    )
    postcode = serializers.CharField(max_length=20, allow_blank=True, default="")
    easting = serializers.FloatField(required=False, allow_null=True)
    northing = serializers.FloatField(required=False, allow_null=True)
    semi_major_m = serializers.FloatField(required=False, allow_null=True)
    semi_minor_m = serializers.FloatField(required=False, allow_null=True)
    orientation_deg = serializers.FloatField(required=False, allow_null=True)
    confidence_pct = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    at = serializers.DateTimeField(required=False, allow_null=True)


#: What a call can do without. One of these that cannot be read is left out and told: no call waits for a cell's shape.
SPARED = frozenset(
    {
        "cli", "cli_withheld", "connected_by_bt_at", "line", "position", "collar_number", "silent_55", "alarm_urn",
        "eisec", "aml",
    }
)  # fmt: skip


class CallEventIn(serializers.Serializer[Any]):
    """One event of one call. Send it again until it is answered 200 or 201: it is taken once."""

    call_id = serializers.CharField(max_length=80)
    event_id = serializers.CharField(max_length=80)
    event = serializers.ChoiceField(choices=CallEventKind.choices)
    at = serializers.DateTimeField(help_text="When it happened, by the telephony system's clock.")
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.C999)
    cli = serializers.CharField(max_length=40, allow_blank=True, default="")
    cli_withheld = serializers.BooleanField(default=False)
    connected_by_bt_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    line = serializers.CharField(max_length=40, allow_blank=True, default="")
    position = serializers.CharField(max_length=80, allow_blank=True, default="", help_text="Where it was answered.")
    collar_number = serializers.CharField(
        max_length=10, allow_blank=True, default="", help_text="Who answered: their screens open the call."
    )
    silent_55 = serializers.BooleanField(default=False)
    alarm_urn = serializers.CharField(max_length=40, allow_blank=True, default="", help_text="Of an alarm.")
    eisec = EisecIn(required=False, allow_null=True, default=None)
    aml = serializers.CharField(max_length=2000, allow_blank=True, default="", help_text='A"ML=1;lt=+51.53321;…')

    def to_internal_value(self, data: Any) -> Any:
        self.left_out: dict[str, str] = {}
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as refusal:
            wrong = refusal.detail
            if not isinstance(wrong, Mapping) or not SPARED.issuperset(wrong):
                raise
            readable, self.left_out = _without(data, wrong)
            return super().to_internal_value(readable)


def _without(data: Mapping[str, Any], wrong: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What can be read, and what of the rest is told. Of EISEC only the parts that are wrong go, unless its kind is."""
    readable = {name: value for name, value in data.items() if name not in wrong}
    left_out: dict[str, str] = {}
    for name, why in wrong.items():
        given = data.get(name)
        if name == "eisec" and isinstance(why, Mapping) and isinstance(given, Mapping) and given.keys() > why.keys():
            if "kind" not in why:
                readable[name] = {part: value for part, value in given.items() if part not in why}
            left_out |= {f"{name}.{part}": f"Left out. {_first(words)}" for part, words in why.items()}
        else:
            left_out[name] = f"Left out. {_first(why)}"
    return readable, left_out


def _first(words: Any) -> str:
    """The first complaint of however many, however deep."""
    while isinstance(words, Mapping | list | tuple) and words:
        words = next(iter(words.values() if isinstance(words, Mapping) else words))
    return str(words)


class CallEventOut(serializers.Serializer[Any]):
    contact = serializers.UUIDField(source="contact_id")
    new = serializers.BooleanField(help_text="False: this event had been taken before.")
    warnings = serializers.DictField(
        child=serializers.CharField(), help_text="What could not be used. The rest of the event was."
    )
