"""Which columns rows written in bulk have. Plain names: worker processes prepare rows without Django's models.

A row is a tuple in the order of `columns`; every other column of the table has one value for all rows (`same`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """`model` is "suspects.Person"; `columns` and the keys of `same` are database columns ("person_id")."""

    model: str
    columns: tuple[str, ...]
    same: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)


def _table(model: str, columns: str, **same: Any) -> Table:
    return Table(model=f"suspects.{model}", columns=tuple(columns.split()), same=same)


ADDRESS = _table(
    "Address",
    "id force_id flat number premises street town county postcode uprn street_folded area lat lon source source_ref "
    "recorded_at",
    usrn="",
)
VEHICLE = _table(
    "Vehicle",
    "id force_id vrm vrm_folded vrm_reversed make model colour body vin country source source_ref recorded_at",
)
PERSON = _table(
    "Person",
    "id force_id surname given_names date_of_birth sex ethnicity_self ethnicity_observed birthplace height_from "
    "height_to build complexion eye_left eye_right hair facial_hair accent unknown_suspect pole_incomplete "
    "dpa_category died_on source source_ref source_hash recorded_at recorded_by_label changed_at",
    gender_self="",
    gender_restricted=False,
    ethnicity_ns_reason="",
    version=1,
)
NAME = _table(
    "PersonName",
    "id force_id person_id type given_names surname source recorded_at",
    title="",
    valid_from=None,
    valid_to=None,
)
IDENTIFIER = _table("PersonIdentifier", "id force_id person_id kind value verified source recorded_at")
CONTACT = _table(
    "ContactPoint",
    "id force_id person_id kind value extension source recorded_at",
    organisation_id=None,
    ended_at=None,
)
LINK = _table(
    "Link",
    "id force_id person_id other_person_id vehicle_id address_id kind source valid_from valid_to recorded_at",
    organisation_id=None,
    text="",
    is_opinion=False,
    confirmed_at=None,
)
MARKER = _table(
    "Marker",
    "id force_id person_id kind_id text source event_date added_at added_by_label review_due",
    vehicle_id=None,
    address_id=None,
    confirmed_at=None,
    expires_at=None,
    removed_at=None,
    removed_by_label="",
    removed_reason="",
)
SEARCH_KEY = _table("SearchKey", "force_id key person_id")
WANTED = _table(
    "WantedRecord",
    "id force_id person_id basis_id band_id offence address_id area source issued_at circulated_at due_at changed_at",
    band_reason="",
    offence_code="",
    crime_ref="",
    urn="",
    warrant_category="",
    court="",
    bail_backed=False,
    execute_conditions="",
    two_officers=False,
    armed_only=False,
    owner_unit="",
    oic_id=None,
    oic_label="",
    contact_text="",
    grounds_known_at=None,
    review_due=None,
    state="ACTIVE",
    opened_by_label="",
    opened_by_id=None,
    approved_by_label="",
    closed_at=None,
    closed_reason="",
    version=1,
)
BAIL = _table(
    "Bail",
    "id force_id person_id type authority offence power_if_broken starts_at source confirmed_at recorded_at",
    crime_ref="",
    oic_id=None,
    oic_label="",
    ends_at=None,
    next_appearance=None,
    cancelled_at=None,
    cancelled_reason="",
)
CONDITION = _table(
    "BailCondition",
    "id force_id bail_id kind_id text address_id tagged",
    zone=[],
    persons="",
    checks_per_night=None,
    quiet_hours_authorised="",
    starts_on=None,
    ends_on=None,
    cancelled_at=None,
)
SLOT = _table("CurfewSlot", "id force_id condition_id weekday start minutes")

#: Each after those it points at.
TABLES = (
    ADDRESS, VEHICLE, PERSON, NAME, IDENTIFIER, CONTACT, LINK, MARKER, SEARCH_KEY, WANTED, BAIL, CONDITION, SLOT,
)  # fmt: skip
