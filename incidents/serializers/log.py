"""The shape of log entries in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.states import LOG_TEXT_LIMIT, TYPED_LOG_TYPES, LogChannel, LogType


class DecisionFields(serializers.Serializer[Any]):
    """The National Decision Model; empty fields may be left out."""

    information = serializers.CharField(required=False, allow_blank=True, max_length=LOG_TEXT_LIMIT)
    threat_risk = serializers.CharField(required=False, allow_blank=True, max_length=LOG_TEXT_LIMIT)
    powers_policy = serializers.CharField(required=False, allow_blank=True, max_length=LOG_TEXT_LIMIT)
    options = serializers.CharField(required=False, allow_blank=True, max_length=LOG_TEXT_LIMIT)
    action_review = serializers.CharField(required=False, allow_blank=True, max_length=LOG_TEXT_LIMIT)
    ethics = serializers.CharField(required=False, allow_blank=True, max_length=LOG_TEXT_LIMIT)


class LogEntryOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    type = serializers.ChoiceField(choices=LogType.choices)
    text = serializers.CharField(help_text="Plain text: escape it when showing it. Empty when `hidden`.")
    restricted = serializers.BooleanField(source="is_restricted")
    hidden = serializers.BooleanField(help_text="Restricted, and not for this reader.")
    channel = serializers.ChoiceField(choices=LogChannel.choices)
    author = serializers.CharField(source="author_label")
    author_role = serializers.CharField()
    entered_at = serializers.DateTimeField()
    occurred_at = serializers.DateTimeField()
    late = serializers.BooleanField()
    corrects_seq = serializers.IntegerField(allow_null=True)
    decision = DecisionFields(source="said.fields", help_text="Of a decision: the fields that `text` holds.")
    cites_seq = serializers.IntegerField(allow_null=True, help_text="The entry it rests on, looked up when written.")
    prev_hash = serializers.CharField()
    hash = serializers.CharField()


class LogVerdictOut(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    entries = serializers.IntegerField(help_text="How many hold, from the first on.")
    broken_at = serializers.IntegerField(allow_null=True, help_text="The first seq that does not fit.")
    problem = serializers.CharField()


class LogListIn(serializers.Serializer[Any]):
    after = serializers.IntegerField(required=False, min_value=0, default=0, help_text="Only entries after this seq.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=500, default=500)


class LogEntryIn(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in TYPED_LOG_TYPES], default="NARRATIVE")
    text = serializers.CharField(max_length=LOG_TEXT_LIMIT * 4, required=False, allow_blank=True, default="")
    channel = serializers.ChoiceField(choices=[LogChannel.TYPED.value, LogChannel.VOICE.value], default="typed")
    occurred_at = serializers.DateTimeField(required=False)
    corrects_seq = serializers.IntegerField(required=False, min_value=1)
    decision = DecisionFields(required=False)
    cites_seq = serializers.IntegerField(required=False, min_value=1)
    restricted = serializers.BooleanField(required=False, default=False)
    client_key = serializers.UUIDField(required=False, allow_null=True)
