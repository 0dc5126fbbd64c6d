"""The shape of what a telephony system sends. Rules are the service's; limits here only bound what is read."""

from __future__ import annotations

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
    eisec = EisecIn(required=False, allow_null=True, default=None)
    aml = serializers.CharField(max_length=2000, allow_blank=True, default="", help_text='A"ML=1;lt=+51.53321;…')


class CallEventOut(serializers.Serializer[Any]):
    contact = serializers.UUIDField(source="contact_id")
    new = serializers.BooleanField(help_text="False: this event had been taken before.")
    warnings = serializers.DictField(
        child=serializers.CharField(), help_text="What could not be used. The rest of the event was."
    )
