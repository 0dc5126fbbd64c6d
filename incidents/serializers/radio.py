"""The shape of States in the API. Rules are the services'; limits here only bound what is read."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from rest_framework import serializers


class Degrees(serializers.FloatField):
    """What is no number is NaN: the service refuses it, and only the service knows a call for help, which it takes."""

    def to_internal_value(self, data: Any) -> float:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            return math.nan


class Moment(serializers.DateTimeField):
    """What is no time has no zone, for the same reason."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            return super().to_internal_value(value)
        except serializers.ValidationError:
            return datetime.min


class PlaceIn(serializers.Serializer[Any]):
    """WGS 84 degrees, both or none."""

    lat = Degrees(required=False, allow_null=True, default=None, help_text="-90 to 90")
    lon = Degrees(required=False, allow_null=True, default=None, help_text="-180 to 180")


class RadioStateIn(PlaceIn):
    message_id = serializers.CharField(max_length=64, help_text="The same id counts once.")
    unit = serializers.CharField(max_length=16, help_text="Call sign, or the ISSI of its terminal.")
    state = serializers.CharField(max_length=4, help_text="Code of the force's table: 0 to 16.")
    at = Moment(
        required=False, allow_null=True, default=None,
        help_text="When the unit said it, with a zone. Only a call for help is taken without.",
    )  # fmt: skip


class RadioStateOut(serializers.Serializer[Any]):
    taken = serializers.BooleanField()
    late = serializers.BooleanField(help_text="A newer State was known, and stays.")
    again = serializers.BooleanField(help_text="This message was heard before; nothing was done.")
    warnings = serializers.DictField(
        child=serializers.CharField(), help_text="What of a call for help could not be used. It was taken."
    )


class OwnStateIn(PlaceIn):
    state = serializers.CharField(max_length=4)
    at = Moment(required=False, allow_null=True, default=None, help_text="When it was pressed.")
    key = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="The same key counts once.")


class OwnStateOut(serializers.Serializer[Any]):
    call_sign = serializers.CharField()
    state = serializers.CharField()
    late = serializers.BooleanField(help_text="A newer State was known, and stays.")
    again = serializers.BooleanField(help_text="This key was heard before; nothing was done.")
    warnings = serializers.DictField(
        child=serializers.CharField(), help_text="What of a call for help could not be used. It was taken."
    )
