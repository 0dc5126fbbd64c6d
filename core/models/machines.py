"""What machines outside have shown at the door, so that nothing is taken twice."""

from __future__ import annotations

from django.db import models


class MachineNonce(models.Model):
    """A number used once by one key. The row is written before the request is acted on; it is kept for as long as the
    signature that carried it could be believed, then purged."""

    id = models.BigAutoField(primary_key=True)
    keyid = models.CharField(max_length=80)
    nonce = models.CharField(max_length=64)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["keyid", "nonce"], name="machine_nonce_once")]

    def __str__(self) -> str:
        return f"{self.keyid} {self.nonce[:8]}"
