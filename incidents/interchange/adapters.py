"""Which adapter writes a standard, and which reads what came."""

from __future__ import annotations

from incidents.interchange.cap import Cap
from incidents.interchange.eido import Eido
from incidents.interchange.mait import Mait
from incidents.interchange.message import Adapter, NotPossible
from incidents.interchange.native import NativeJson
from incidents.states import TransferStandard

ADAPTERS: dict[str, Adapter] = {
    TransferStandard.JSON: NativeJson(),
    TransferStandard.CAP: Cap(),
    TransferStandard.EIDO: Eido(),
    TransferStandard.MAIT: Mait(),
}
_BY_TYPE = {adapter.content_type: name for name, adapter in ADAPTERS.items()}


def adapter_for(standard: str) -> Adapter:
    """Raises NotPossible for what goes by telephone or e-mail."""
    if standard not in ADAPTERS:
        raise NotPossible("This partner is told by a person, not by a machine.")
    return ADAPTERS[standard]


def standard_of(content_type: str) -> str:
    """The standard of a body, by its media type. Raises NotPossible."""
    media = content_type.partition(";")[0].strip().lower()
    if media not in _BY_TYPE:
        raise NotPossible(f"This door reads {', '.join(_BY_TYPE)}.")
    return _BY_TYPE[media]
