"""The shape of States in the API. Rules are the services'; limits here only bound what is read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class PlaceIn(serializers.Serializer[Any]):
    """WGS 84 degrees, both or none."""

    lat = serializers.FloatField(required=False, allow_null=True, default=None, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, allow_null=True, default=None, min_value=-180, max_value=180)


class RadioStateIn(PlaceIn):
    message_id = serializers.CharField(max_length=64, help_text="The same id counts once.")
    unit = serializers.CharField(max_length=16, help_text="Call sign, or the ISSI of its terminal.")
    state = serializers.CharField(max_length=4, help_text="Code of the force's table: 0 to 16.")
    at = serializers.DateTimeField(help_text="When the unit said it, with a zone.")


class RadioStateOut(serializers.Serializer[Any]):
    taken = serializers.BooleanField()
    late = serializers.BooleanField(help_text="A newer State was known, and stays.")
    again = serializers.BooleanField(help_text="This message was heard before; nothing was done.")


class OwnStateIn(PlaceIn):
    state = serializers.CharField(max_length=4)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text="When it was pressed.")
    key = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="The same key counts once.")


class OwnStateOut(serializers.Serializer[Any]):
    call_sign = serializers.CharField()
    state = serializers.CharField()
    late = serializers.BooleanField(help_text="A newer State was known, and stays.")
    again = serializers.BooleanField(help_text="This key was heard before; nothing was done.")
