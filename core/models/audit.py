"""The audit trail (DPA 2018 s.62; STANDARDS 12.2): append-only rows, and a hash chain laid beside them.

No foreign keys: an entry outlives what it speaks of. Rows are written in the reader's transaction; the chain is laid
right after commit in small batches (`core.audit.chain`), so that writers never queue for its head.
"""

from __future__ import annotations

import uuid

from django.db import models


class AuditAction(models.TextChoices):
    COLLECT = "COLLECT"
    ALTER = "ALTER"
    CONSULT = "CONSULT"
    SEARCH = "SEARCH"
    LIST = "LIST"
    DISCLOSE = "DISCLOSE"
    COMBINE = "COMBINE"
    ERASE = "ERASE"
    EXPORT = "EXPORT"
    PRINT = "PRINT"
    LOGIN = "LOGIN"
    LOGIN_FAIL = "LOGIN_FAIL"
    PERMISSION = "PERMISSION"
    CONFIG = "CONFIG"


class AuditEvent(models.Model):
    """Who did what to what, when, why and from where."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    force_code = models.CharField(max_length=2, blank=True, db_index=True)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.CharField(max_length=40, blank=True, db_index=True)
    actor_label = models.CharField(max_length=80)
    actor_roles = models.JSONField(default=list)
    on_behalf_of = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=12, choices=AuditAction.choices)
    object = models.CharField(max_length=120, db_index=True, help_text='"app.model:id"')
    fields = models.JSONField(default=list)
    result_count = models.PositiveIntegerField(null=True, blank=True)
    result_ids = models.JSONField(default=list)
    purpose = models.CharField(max_length=200, blank=True)
    reason_code = models.CharField(max_length=8, blank=True)
    justification = models.CharField(max_length=500, blank=True)
    incident = models.CharField(max_length=40, blank=True, db_index=True)
    recipient = models.CharField(max_length=120, blank=True)
    terminal = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=200, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.action} {self.object}"


class AuditLink(models.Model):
    """One link of the chain: SHA-256 over the link before and the entry's canonical JSON."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class AuditHead(models.Model):
    """The chain's end, one row: a lock for whoever lays the next links, and what truncation is noticed by."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_audit_head")]

    def __str__(self) -> str:
        return f"head {self.seq}"
