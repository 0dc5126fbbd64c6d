"""Exhibits, their files, the copies made from them, and who had them in hand."""

from evidence.models.continuity import GENESIS, ContinuityEvent
from evidence.models.exhibits import Exhibit, ProducerSerial
from evidence.models.items import EvidenceItem, WorkingCopy
from evidence.models.kept import KeptFile

__all__ = ["GENESIS", "ContinuityEvent", "EvidenceItem", "Exhibit", "KeptFile", "ProducerSerial", "WorkingCopy"]
