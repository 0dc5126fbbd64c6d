"""Reads: each takes the actor and writes its audit entry before it answers. Other apps use these names."""

from incidents.selectors.board import Board, BoardRow, board, board_row
from incidents.selectors.duty import find_on_duty, is_on_duty, on_duty, on_duty_call_sign, own_duty, who_is_on_duty
from incidents.selectors.incidents import (
    IncidentKey,
    IncidentPage,
    find_incidents,
    get_incident,
    incident_key,
    incidents_page,
)
from incidents.selectors.log import LogMoment, LogVerdict, log_entries, log_moments, verify_log
from incidents.selectors.references import ReferenceQuery, parse_reference
from incidents.selectors.search import SEARCH_LIMIT, Found, SearchPage, search_incidents
from incidents.selectors.shared import SharedPlace, shared_place
from incidents.selectors.tables import categories, grades, resource_statuses, resources_on_map, units_of

__all__ = [
    "SEARCH_LIMIT",
    "Board",
    "BoardRow",
    "Found",
    "IncidentKey",
    "IncidentPage",
    "LogMoment",
    "LogVerdict",
    "ReferenceQuery",
    "SearchPage",
    "SharedPlace",
    "board",
    "board_row",
    "categories",
    "find_incidents",
    "find_on_duty",
    "get_incident",
    "grades",
    "incident_key",
    "incidents_page",
    "is_on_duty",
    "log_entries",
    "log_moments",
    "on_duty",
    "on_duty_call_sign",
    "own_duty",
    "parse_reference",
    "resource_statuses",
    "resources_on_map",
    "search_incidents",
    "shared_place",
    "units_of",
    "verify_log",
    "who_is_on_duty",
]
