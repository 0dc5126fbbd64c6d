""" "Click & Collect" from tap to result, under the names other rooms use."""

from suspects.services.expiry import release_on_book_off
from suspects.services.reservation_life import (
    acknowledge,
    extend,
    hand_over,
    override,
    record_necessity,
    release,
    set_attempted,
    set_en_route,
    set_plan,
    touch,
)
from suspects.services.reservation_results import ResultGiven, record_result
from suspects.services.reservation_steps import Taken
from suspects.services.reserving import Plan, Tick, reserve

__all__ = [
    "Plan",
    "ResultGiven",
    "Taken",
    "Tick",
    "acknowledge",
    "extend",
    "hand_over",
    "override",
    "record_necessity",
    "record_result",
    "release",
    "release_on_book_off",
    "reserve",
    "set_attempted",
    "set_en_route",
    "set_plan",
    "touch",
]
