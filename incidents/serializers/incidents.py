"""The shape of incidents in the API. Rules are the services'; limits here only bound what is read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.states import Channel, IncidentStatus


class GradeOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option
    emergency = serializers.BooleanField()
    attend_target_min = serializers.IntegerField(allow_null=True)
    colour = serializers.CharField()


class CategoryOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()


class IncidentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="417 of 21/11/2026")
    canonical = serializers.CharField(help_text="99-20261121-0417")
    status = serializers.ChoiceField(choices=IncidentStatus.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    caller_name = serializers.CharField()
    caller_number = serializers.CharField(help_text="E.164, or empty.")
    caller_number_withheld = serializers.BooleanField()
    location_text = serializers.CharField()
    description = serializers.CharField()
    initial_grade = serializers.CharField(source="initial_grade.code")
    current_grade = serializers.CharField(source="current_grade.code")
    opening_category = serializers.CharField(source="opening_category.code")
    closing_category = serializers.CharField(source="closing_category.code", default=None, allow_null=True)
    received_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    attend_by = serializers.DateTimeField(allow_null=True)
    agreed_from = serializers.DateTimeField(allow_null=True, help_text="The time agreed with the caller.")
    agreed_until = serializers.DateTimeField(allow_null=True)
    attended_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    opened_by = serializers.CharField(source="opened_by_label")
    version = serializers.IntegerField()


class IncidentPageOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = IncidentOut(many=True)


class IncidentListIn(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=IncidentStatus.choices, required=False)
    reference = serializers.CharField(required=False, max_length=40, help_text="123, 123 today, 123/21/11, canonical.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000_000)


class OpenIncidentIn(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(choices=Channel.choices)
    caller_number = serializers.CharField(max_length=40, allow_blank=True, default="")
    caller_number_withheld = serializers.BooleanField(default=False)
    caller_name = serializers.CharField(max_length=200, allow_blank=True, default="")
    location_text = serializers.CharField(max_length=1000, allow_blank=True, default="")
    description = serializers.CharField(max_length=20_000, allow_blank=True, default="")
    grade_code = serializers.CharField(max_length=4)
    category_code = serializers.CharField(max_length=3)
    received_at = serializers.DateTimeField(required=False)
    rural = serializers.BooleanField(default=False, help_text="The rural attendance target counts.")
    criteria = serializers.ListField(child=serializers.CharField(max_length=24), required=False, max_length=40)
    flags = serializers.ListField(child=serializers.CharField(max_length=24), required=False, max_length=40)
    assessment = serializers.DictField(
        child=serializers.CharField(max_length=1000, allow_blank=True),
        required=False,
        help_text="THRIVE: words by line, scores LOW, MEDIUM or HIGH as threat_score and so on. A person needs it for "
        "every grade but Immediate.",
    )
    client_key = serializers.UUIDField(required=False, allow_null=True, default=None)
