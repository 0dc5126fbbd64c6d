"""Writes: one verb a function, `actor` first. Other apps use these names."""

from incidents.services.closing import close_incident
from incidents.services.duty import book_off, book_off_at_sign_out, book_on
from incidents.services.grades import change_grade
from incidents.services.intake import open_incident
from incidents.services.log import append_log
from incidents.services.offers import accept_offer, decline_offer, guess
from incidents.services.partner_register import register_partner
from incidents.services.phones import is_uk_mobile, parse_phone, parse_uk_mobile, readable_phone
from incidents.services.receiving import take_message
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
from incidents.services.sharing import changed_since, preview, send_update, share_incident
from incidents.services.text import clean_text

__all__ = [
    "accept_offer",
    "append_log",
    "assign",
    "at_scene",
    "book_off",
    "book_off_at_sign_out",
    "book_on",
    "change_grade",
    "changed_since",
    "clean_text",
    "close_incident",
    "decline_offer",
    "en_route",
    "guess",
    "is_uk_mobile",
    "move_resource",
    "open_incident",
    "parse_phone",
    "parse_uk_mobile",
    "preview",
    "readable_phone",
    "register_partner",
    "register_resource",
    "seed_force",
    "send_update",
    "set_resource_status",
    "share_incident",
    "stand_down",
    "take_message",
]
