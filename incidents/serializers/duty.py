"""The shape of shifts in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class DutyOut(serializers.Serializer[Any]):
    on_duty = serializers.BooleanField()
    call_sign = serializers.CharField()
    booked_on_at = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True, help_text="End of the shift.")


class PersonOnDutyOut(serializers.Serializer[Any]):
    user = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user.display_name")
    collar_number = serializers.CharField(source="user.collar_number")
    call_sign = serializers.CharField()
    booked_on_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


class BookOnIn(serializers.Serializer[Any]):
    call_sign = serializers.CharField(max_length=40, allow_blank=True, default="")
    shift_hours = serializers.IntegerField(min_value=1, max_value=24, default=12)
