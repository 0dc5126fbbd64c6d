"""What the officer's frame shows of the person at work: call sign, duty, and the tabs that this person may open."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from core.actors import Actor
from core.permissions import can
from incidents.selectors import own_duty
from suspects.permissions import can_follow_wanted
from suspects.selectors.profile import Profile
from suspects.selectors.rules import nearby_km

register = template.Library()

# name, words, icon, URL name, capability
_TABS = (
    ("job", "My job", "car", "incidents:own_unit", "unit.own"),
    ("wanted", "Wanted", "wanted", "suspects:wanted", "wanted.view"),
    ("check", "Check", "search", "suspects:check", "person.check"),
    ("curfews", "Curfews", "home", "suspects:curfews", "curfew.view"),
    ("console", "Incidents", "list", "incidents:console", "incident.list"),
)
# Which tab an address belongs to; a view says otherwise with `section` in its context.
_SECTIONS = {
    "wanted": "wanted",
    "reservations": "wanted",
    "checks": "check",
    "people": "check",
    "vehicles": "check",
    "addresses": "check",
    "identity": "check",
    "receipts": "check",
    "curfews": "curfews",
}


@dataclass(frozen=True, kw_only=True)
class Tab:
    name: str
    label: str
    icon: str
    url: str


@dataclass(frozen=True, kw_only=True)
class DutyBar:
    """`call_sign` is the shift's, the account's, or the collar number; `word` and `detail` say the rest in words."""

    on: bool
    may_book: bool
    call_sign: str
    word: str
    detail: str
    section: str
    wanted_topic: str
    nearby_km: int
    tabs: tuple[Tab, ...]


@register.simple_tag(takes_context=True)
def duty_bar(context: template.Context) -> DutyBar:
    """The bar for the person of this request. Three small queries."""
    request: HttpRequest = context["request"]
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by core.middleware.ActorMiddleware
    duty = own_duty(actor)
    may_book = can(actor, "duty.book")
    follows = can_follow_wanted(actor, str(actor.force_id))
    user = actor.user
    fallback = user.collar_number if user else ""
    if duty is not None:
        until = timezone.localtime(duty.until)
        words = ("On duty", f"until {until:%H:%M}")
    else:
        words = ("Off duty", "Book on") if may_book else ("Signed in", user.rank if user else "")
    return DutyBar(
        on=duty is not None,
        may_book=may_book,
        call_sign=duty.call_sign if duty else actor.call_sign or fallback,
        word=words[0],
        detail=words[1],
        section=context.get("section") or _SECTIONS.get(request.path.strip("/").split("/")[0], ""),
        wanted_topic=f"wanted.{actor.force_id}" if follows else "",
        nearby_km=nearby_km(actor) if follows else 0,
        tabs=tabs_of(actor),
    )


@register.simple_tag(takes_context=True)
def officer_tabs(context: template.Context) -> tuple[Tab, ...]:
    """The same pages for the console's top bar."""
    return tabs_of(context["request"].actor)


def tabs_of(actor: Actor) -> tuple[Tab, ...]:
    """Only pages that exist and that the role may open."""
    tabs = []
    for name, label, icon, url_name, capability in _TABS:
        if can(actor, capability) and (url := _address(url_name)):
            tabs.append(Tab(name=name, label=label, icon=icon, url=url))
    return tuple(tabs)


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@register.filter
def distance(km: float) -> str:
    """As an officer says it: "640 m" below a kilometre, "1.2 km", "14 km"."""
    if km < 1:
        return f"{round(km * 100) * 10} m"
    return f"{km:.1f} km" if km < 10 else f"{km:.0f} km"


@register.filter
def unlocalise(value: float) -> str:
    """A number for a script, whatever the page's language."""
    return f"{value:g}"


@register.filter
def spoken(profile: Profile) -> str:
    """What "Read aloud" says: "Darren Pyke. Weapons: lock knife, right sock. Power: unlawfully at large.\""""
    said = [f"{profile.name}.", *([profile.do_not_approach] if profile.do_not_approach else [])]
    told = [(warning.title, warning.text.rstrip(".")) for warning in profile.warnings if warning.severity != "NOTE"]
    said += [f"{title}: {text}." for title, text in told]
    if not profile.do_not_approach:
        said += [f"{one.power}." for one in profile.wanted[:1]] or ["Not wanted by this force."]
    return " ".join(said)


@register.filter
def before_comma(words: str) -> str:
    """The short form of a label: "Curfew, police doorstep check" is "Curfew" where the next line says the rest."""
    return words.split(",", 1)[0]
