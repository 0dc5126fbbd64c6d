"""Writes: one verb a function, `actor` first. Other apps use these names."""

from incidents.services.appointments import agree_time
from incidents.services.calls import Taken, Told, take_event
from incidents.services.closing import close_incident, reopen_incident
from incidents.services.contacts import Caller, attach_contact, dismiss_call, open_from_contact
from incidents.services.deployment import ask_first, assign, at_scene, en_route, stand_down
from incidents.services.duty import book_off, book_off_at_sign_out, book_on
from incidents.services.emergencies import acknowledge_emergency, end_emergency
from incidents.services.facts import amend_facts
from incidents.services.form_notes import FormNotes
from incidents.services.grades import change_grade, set_rural
from incidents.services.identities import purge_device_identities
from incidents.services.intake import open_incident
from incidents.services.log import append_log
from incidents.services.marks import set_flags
from incidents.services.methane import declare_major, save_methane
from incidents.services.offers import accept_offer, decline_offer, guess
from incidents.services.own_state import say_own_state
from incidents.services.partner_register import register_partner
from incidents.services.phones import is_uk_mobile, parse_phone, parse_uk_mobile, readable_phone
from incidents.services.places import keep_typed_place, mark_read_back, report_place, report_point, use_place
from incidents.services.push_subscriptions import push_key, subscribe, unsubscribe
from incidents.services.pushing import tell_crews
from incidents.services.receiving import take_message
from incidents.services.reference_data import seed_force
from incidents.services.requests import ask_close, ask_grade, decide_request
from incidents.services.resources import move_resource, register_resource, unusual_call_sign
from incidents.services.restrictions import restrict_entry
from incidents.services.risk import assess_risk
from incidents.services.seats import get_up, sit_down, take_call
from incidents.services.sharing import changed_since, preview, send_update, share_incident
from incidents.services.suggestions import named_unit, show_suggestion
from incidents.services.text import clean_text
from incidents.services.unit_states import answer_message, set_resource_status

__all__ = [
    "Caller",
    "FormNotes",
    "Taken",
    "Told",
    "accept_offer",
    "acknowledge_emergency",
    "agree_time",
    "amend_facts",
    "answer_message",
    "append_log",
    "ask_close",
    "ask_first",
    "ask_grade",
    "assess_risk",
    "assign",
    "at_scene",
    "attach_contact",
    "book_off",
    "book_off_at_sign_out",
    "book_on",
    "change_grade",
    "changed_since",
    "clean_text",
    "close_incident",
    "decide_request",
    "declare_major",
    "decline_offer",
    "dismiss_call",
    "en_route",
    "end_emergency",
    "get_up",
    "guess",
    "is_uk_mobile",
    "keep_typed_place",
    "mark_read_back",
    "move_resource",
    "named_unit",
    "open_from_contact",
    "open_incident",
    "parse_phone",
    "parse_uk_mobile",
    "preview",
    "purge_device_identities",
    "push_key",
    "readable_phone",
    "register_partner",
    "register_resource",
    "reopen_incident",
    "report_place",
    "report_point",
    "restrict_entry",
    "save_methane",
    "say_own_state",
    "seed_force",
    "send_update",
    "set_flags",
    "set_resource_status",
    "set_rural",
    "share_incident",
    "show_suggestion",
    "sit_down",
    "stand_down",
    "subscribe",
    "take_call",
    "take_event",
    "take_message",
    "tell_crews",
    "unsubscribe",
    "unusual_call_sign",
    "use_place",
]
