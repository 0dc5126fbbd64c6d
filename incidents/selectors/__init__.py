"""Reads: each takes the actor and writes its audit entry before it answers. Other apps use these names."""

from incidents.selectors.attendance import Attendance, attendance, attendance_by_day
from incidents.selectors.board import FIRST_ROWS, Board, BoardRow, board, board_row
from incidents.selectors.contacts import CallOnLine, call_facts, callers_of, lost_calls, own_calls
from incidents.selectors.duty import find_on_duty, is_on_duty, on_duty, on_duty_call_sign, own_duty, who_is_on_duty
from incidents.selectors.incidents import (
    IncidentKey,
    IncidentPage,
    find_incidents,
    get_incident,
    incident_key,
    incidents_page,
)
from incidents.selectors.log import (
    LOG_FIRST,
    LOG_PAGE,
    LogMoment,
    LogVerdict,
    citable_pictures,
    log_entries,
    log_moments,
    marked_entry,
    newest_log,
    verify_log,
)
from incidents.selectors.own_unit import OwnUnit, own_call_for_help, own_unit
from incidents.selectors.partners import (
    PartnerDesk,
    get_offer,
    partner_desk,
    partner_key,
    partners,
    share_lines,
    transfers_of,
)
from incidents.selectors.places import PlacedIncident, grid_reference, incidents_on_map, places_of
from incidents.selectors.references import ReferenceQuery, parse_reference
from incidents.selectors.rings import DeskRings, desk_rings
from incidents.selectors.search import SEARCH_LIMIT, Found, SearchPage, search_incidents
from incidents.selectors.shared import SharedPlace, shared_place
from incidents.selectors.similar import Description, Similar, similar_incidents
from incidents.selectors.suggestion import Suggestion, suggest
from incidents.selectors.tables import categories, grades, resource_statuses, resources_on_map, units_of
from incidents.selectors.units import UnitCall, UnitsBoard, open_emergencies, unit_calls, units_board, units_on
from incidents.selectors.unspoken import unspoken_starts

__all__ = [
    "FIRST_ROWS",
    "LOG_FIRST",
    "LOG_PAGE",
    "SEARCH_LIMIT",
    "Attendance",
    "Board",
    "BoardRow",
    "CallOnLine",
    "Description",
    "DeskRings",
    "Found",
    "IncidentKey",
    "IncidentPage",
    "LogMoment",
    "LogVerdict",
    "OwnUnit",
    "PartnerDesk",
    "PlacedIncident",
    "ReferenceQuery",
    "SearchPage",
    "SharedPlace",
    "Similar",
    "Suggestion",
    "UnitCall",
    "UnitsBoard",
    "attendance",
    "attendance_by_day",
    "board",
    "board_row",
    "call_facts",
    "callers_of",
    "categories",
    "citable_pictures",
    "desk_rings",
    "find_incidents",
    "find_on_duty",
    "get_incident",
    "get_offer",
    "grades",
    "grid_reference",
    "incident_key",
    "incidents_on_map",
    "incidents_page",
    "is_on_duty",
    "log_entries",
    "log_moments",
    "lost_calls",
    "marked_entry",
    "newest_log",
    "on_duty",
    "on_duty_call_sign",
    "open_emergencies",
    "own_call_for_help",
    "own_calls",
    "own_duty",
    "own_unit",
    "parse_reference",
    "partner_desk",
    "partner_key",
    "partners",
    "places_of",
    "resource_statuses",
    "resources_on_map",
    "search_incidents",
    "share_lines",
    "shared_place",
    "similar_incidents",
    "suggest",
    "transfers_of",
    "unit_calls",
    "units_board",
    "units_of",
    "units_on",
    "unspoken_starts",
    "verify_log",
    "who_is_on_duty",
]
