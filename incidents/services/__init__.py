"""Writes: one verb a function, `actor` first. Other apps use these names."""

from incidents.services.closing import close_incident, reopen_incident
from incidents.services.duty import book_off, book_off_at_sign_out, book_on
from incidents.services.facts import amend_facts
from incidents.services.grades import change_grade, set_rural
from incidents.services.intake import open_incident
from incidents.services.log import append_log
from incidents.services.marks import set_flags
from incidents.services.methane import declare_major, save_methane
from incidents.services.phones import is_uk_mobile, parse_phone, parse_uk_mobile, readable_phone
from incidents.services.reference_data import seed_force
from incidents.services.requests import ask_close, ask_grade, decide_request
from incidents.services.resources import (
    assign,
    at_scene,
    en_route,
    move_resource,
    register_resource,
    set_resource_status,
    stand_down,
)
from incidents.services.risk import assess_risk
from incidents.services.text import clean_text

__all__ = [
    "amend_facts",
    "append_log",
    "ask_close",
    "ask_grade",
    "assess_risk",
    "assign",
    "at_scene",
    "book_off",
    "book_off_at_sign_out",
    "book_on",
    "change_grade",
    "clean_text",
    "close_incident",
    "decide_request",
    "declare_major",
    "en_route",
    "is_uk_mobile",
    "move_resource",
    "open_incident",
    "parse_phone",
    "parse_uk_mobile",
    "readable_phone",
    "register_resource",
    "reopen_incident",
    "save_methane",
    "seed_force",
    "set_flags",
    "set_resource_status",
    "set_rural",
    "stand_down",
]
