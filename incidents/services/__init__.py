"""Writes: one verb a function, `actor` first. Other apps use these names."""

from incidents.services.calls import Taken, Told, take_event
from incidents.services.closing import close_incident
from incidents.services.contacts import Caller, attach_contact, open_from_contact
from incidents.services.duty import book_off, book_off_at_sign_out, book_on
from incidents.services.grades import change_grade
from incidents.services.identities import purge_device_identities
from incidents.services.intake import open_incident
from incidents.services.log import append_log
from incidents.services.phones import is_uk_mobile, parse_phone, parse_uk_mobile, readable_phone
from incidents.services.reference_data import seed_force
from incidents.services.resources import (
    assign,
    at_scene,
    en_route,
    move_resource,
    register_resource,
    set_resource_status,
    stand_down,
)
from incidents.services.text import clean_text

__all__ = [
    "Caller",
    "Taken",
    "Told",
    "append_log",
    "assign",
    "at_scene",
    "attach_contact",
    "book_off",
    "book_off_at_sign_out",
    "book_on",
    "change_grade",
    "clean_text",
    "close_incident",
    "en_route",
    "is_uk_mobile",
    "move_resource",
    "open_from_contact",
    "open_incident",
    "parse_phone",
    "parse_uk_mobile",
    "purge_device_identities",
    "readable_phone",
    "register_resource",
    "seed_force",
    "set_resource_status",
    "stand_down",
    "take_event",
]
