"""Writes: one verb a function, `actor` first. Other apps use these names."""

from incidents.services.closing import close_incident
from incidents.services.duty import book_off, book_off_at_sign_out, book_on
from incidents.services.grades import change_grade
from incidents.services.intake import open_incident
from incidents.services.log import append_log
from incidents.services.phones import is_uk_mobile, parse_phone, parse_uk_mobile, readable_phone
from incidents.services.places import keep_typed_place, mark_read_back, report_place, report_point, use_place
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
    "append_log",
    "assign",
    "at_scene",
    "book_off",
    "book_off_at_sign_out",
    "book_on",
    "change_grade",
    "clean_text",
    "close_incident",
    "en_route",
    "is_uk_mobile",
    "keep_typed_place",
    "mark_read_back",
    "move_resource",
    "open_incident",
    "parse_phone",
    "parse_uk_mobile",
    "readable_phone",
    "register_resource",
    "report_place",
    "report_point",
    "seed_force",
    "set_resource_status",
    "stand_down",
    "use_place",
]
