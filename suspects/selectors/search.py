"""What was asked, looked up in the actor's own force.

Nothing here writes an audit entry: only `suspects.services.checks`, which records reason and entry in the same
transaction before anything leaves, may call it.
"""

from __future__ import annotations

from core.actors import Actor
from core.errors import NotAllowed
from suspects.matching.results import (
    AddressQuery,
    Found,
    IdentifierQuery,
    PersonQuery,
    PhoneQuery,
    Query,
    VehicleQuery,
)
from suspects.selectors.search_people import search_identifiers, search_people, search_phones
from suspects.selectors.search_things import search_addresses, search_vehicles

__all__ = [
    "search",
    "search_addresses",
    "search_identifiers",
    "search_people",
    "search_phones",
    "search_vehicles",
]


def search(actor: Actor, query: Query) -> Found:
    """Everybody and everything of the actor's force that a query may mean. Raises NotAllowed without a force."""
    if actor.force_id is None:
        raise NotAllowed()
    match query:
        case PersonQuery():
            return search_people(actor.force_id, query)
        case VehicleQuery():
            return search_vehicles(actor.force_id, query)
        case AddressQuery():
            return search_addresses(actor.force_id, query)
        case IdentifierQuery():
            return search_identifiers(actor.force_id, query)
        case PhoneQuery():
            return search_phones(actor.force_id, query)
