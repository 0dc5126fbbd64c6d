"""The shape of exhibits and evidence items in the API. Read only: evidence comes from recorders, not from requests."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from evidence.states import Act, CopyPurpose, ExhibitState, ItemKind, ItemState


class ItemOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    exhibit = serializers.UUIDField(source="exhibit_id")
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    part_number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ItemState.choices)
    sha256 = serializers.CharField()
    prev_sha256 = serializers.CharField()
    size_bytes = serializers.IntegerField()
    mime = serializers.CharField()
    container = serializers.CharField()
    codecs = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    captured_start = serializers.DateTimeField(allow_null=True)
    captured_end = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    sealed_at = serializers.DateTimeField(allow_null=True)
    kept_until = serializers.DateTimeField(source="worm_until", allow_null=True)
    recovered = serializers.BooleanField()
    checked_at = serializers.DateTimeField(allow_null=True)
    check_ok = serializers.BooleanField(allow_null=True)


class ItemPageOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ItemOut(many=True)


class CopyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    item = serializers.UUIDField(source="item_id", allow_null=True)
    purpose = serializers.ChoiceField(choices=CopyPurpose.choices)
    tool = serializers.CharField()
    parameters = serializers.DictField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    mime = serializers.CharField()
    made_at = serializers.DateTimeField()


class ActOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    act = serializers.ChoiceField(choices=Act.choices)
    item = serializers.UUIDField(source="item_id", allow_null=True)
    at = serializers.DateTimeField()
    actor = serializers.CharField(source="actor_label")
    detail = serializers.DictField()
    prev_hash = serializers.CharField()
    hash = serializers.CharField()


class ExhibitOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    incident = serializers.UUIDField(source="incident_id")
    ref = serializers.CharField(help_text="AJO/1")
    description = serializers.CharField()
    producer = serializers.CharField(source="producer_label")
    state = serializers.ChoiceField(choices=ExhibitState.choices)
    seal = serializers.CharField(help_text="SHA-256 over the items' hashes; empty until sealed.")
    opened_at = serializers.DateTimeField()
    sealed_at = serializers.DateTimeField(allow_null=True)
    items = ItemOut(many=True, source="items.all")
    copies = CopyOut(many=True, source="copies.all")


class ExhibitDetailOut(ExhibitOut):
    continuity = ActOut(many=True, source="continuity.all")


class ExhibitPageOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ExhibitOut(many=True)


class _PageIn(serializers.Serializer[Any]):
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000_000)


class ExhibitListIn(_PageIn):
    incident = serializers.UUIDField(required=False)


class ItemListIn(_PageIn):
    exhibit = serializers.UUIDField(required=False)
