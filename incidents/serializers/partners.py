"""What the partners' door answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ReceiptOut(serializers.Serializer[Any]):
    message_id = serializers.UUIDField()
    received_at = serializers.DateTimeField()
    status = serializers.CharField()
