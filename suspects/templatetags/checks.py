"""What the check pages need: where a row leads, and days that were kept as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from core.clock import local_date, now
from suspects.codes.dates import age_on
from suspects.states import ReasonCode, Subject

register = template.Library()
_PAGES = {
    Subject.PERSON: "suspects:person",
    Subject.VEHICLE: "suspects:vehicle",
    Subject.ADDRESS: "suspects:address",
}


@register.filter
def record_url(row: Mapping[str, Any]) -> str:
    """The page of a result's record."""
    return _page(_PAGES[Subject(row["kind"])], row["id"])


@register.simple_tag
def identity_url(rows: list[Mapping[str, Any]]) -> str:
    """Where the details of the best person shown are compared; empty when nobody is shown."""
    person = next((row for row in rows if row["kind"] == Subject.PERSON), None)
    return _page("suspects:identity", person["id"]) if person else ""


@register.filter
def target_url(fact: Any) -> str:
    """The page of a linked record; empty for what has none."""
    kind = str(getattr(fact, "target", "")).upper()
    return _page(_PAGES[Subject(kind)], fact.target_id) if kind in Subject.values else ""


def _page(name: str, key: object) -> str:
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""


@register.filter
def iso_day(text: str | None) -> dt.date | None:
    """A day, or a moment's local day, kept as ISO text; None when it is not one."""
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else local_date(dt.datetime.fromisoformat(text))
    except ValueError:
        return None


@register.filter
def iso_moment(text: str | None) -> dt.datetime | None:
    """A moment kept as ISO text; None when it is not one."""
    try:
        return dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


@register.filter
def age_today(text: str | None) -> int | None:
    """Full years of somebody born on this ISO day."""
    born = iso_day(text)
    return age_on(born, local_date(now())) if born else None


@register.filter
def minutes_left(moment: dt.datetime) -> int:
    """Whole minutes until then, at least 0."""
    return max(0, int((moment - now()).total_seconds() // 60))


@register.filter
def reason_words(code: str) -> str:
    return ReasonCode(code).label if code in ReasonCode.values else code
