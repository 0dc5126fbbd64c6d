"""Reads of guest links: the console's list, and what a guest's own page may show."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from core import audit
from core.actors import Actor
from core.models import AuditAction
from incidents import selectors as incidents
from streaming.models import GuestLink, GuestSession, LocationFix, VideoSession
from streaming.permissions import can_unshare, check_share
from streaming.querysets import SessionQuerySet
from streaming.states import GuestState, SessionMode


@dataclass(frozen=True, kw_only=True)
class GuestRow:
    """One guest as the console shows them. `watching` counts the pictures open at this moment."""

    link: GuestLink
    watching: int
    may_revoke: bool

    @property
    def shown_state(self) -> str:
        return "watching" if self.watching and not self.link.is_over else str(self.link.state)

    @property
    def state_words(self) -> str:
        if self.link.ended_early:
            return "Ended with the incident"
        return "Watching now" if self.shown_state == "watching" else str(GuestState(self.link.state).label)

    @property
    def parts(self) -> str:
        link = self.link
        named = [*(["live video"] if link.show_video else []), *(["place"] if link.show_place else [])]
        words = ", ".join([*named, *(film.ref for film in link.films.all())])
        return words[:1].upper() + words[1:]


def guest_rows(actor: Actor, incident_id: UUID) -> list[GuestRow]:
    """The incident's guests, newest first; one LIST entry. Two queries. Raises NotAllowed, NotFound."""
    check_share(actor)
    incidents.incident_key(actor, incident_id)
    open_ones = Count("sessions__viewings", filter=Q(sessions__viewings__ended_at=None), distinct=True)
    rows = GuestLink.objects.visible_to(actor).filter(incident_id=incident_id).prefetch_related("films")
    with transaction.atomic():
        found = list(rows.annotate(watching=open_ones)[:100])
        audit.record(
            actor, AuditAction.LIST, f"incidents.incident:{incident_id}", purpose="Guests of the incident",
            result_ids=[link.pk for link in found], incident=str(incident_id),
        )  # fmt: skip
    return [
        GuestRow(
            link=link, watching=link.watching,
            may_revoke=not link.is_over and can_unshare(actor, link.created_by_id),
        )
        for link in found
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class GuestPage:
    """What a guest is shown. `place` is None where it was not shared; `fix` is where a caller's phone was last."""

    link: GuestLink
    reference: str
    place: incidents.SharedPlace | None
    fix: LocationFix | None


def guest_page(actor: Actor, guest: GuestSession) -> GuestPage:
    """The parts of the incident that the link names; one DISCLOSE entry says which. Raises NotFound."""
    link = guest.link
    with transaction.atomic():
        found = incidents.shared_place(actor, link.incident_id)
        films = list(link.films.all())
        named = {"live video": link.show_video, "place": link.show_place, "films": bool(films)}
        audit.record(
            actor, AuditAction.DISCLOSE, f"streaming.guestlink:{link.pk}", purpose=f"Guest page: {link.purpose}",
            fields=["reference", *(name for name, given in named.items() if given)],
            result_ids=[film.exhibit_id for film in films], incident=str(link.incident_id), recipient=link.label,
            on_behalf_of=link.created_by_label, justification=link.basis,
        )  # fmt: skip
    return GuestPage(
        link=link,
        reference=found.reference,
        place=found if link.show_place else None,
        fix=_newest_fix(link) if link.show_place else None,
    )


def _newest_fix(link: GuestLink) -> LocationFix | None:
    rows = LocationFix.objects.filter(force_id=link.force_id, session__incident_id=link.incident_id)
    fix: LocationFix | None = rows.order_by("-received_at").first()
    return fix


def open_pictures(link: GuestLink) -> list[VideoSession]:
    """The live sessions the guest may watch now, oldest first. Ids and sources only: the socket audits each look."""
    return list(sessions_of(link).not_ended().order_by("requested_at")[:12])


def sessions_of(link: GuestLink) -> SessionQuerySet:
    """What of the incident's video a guest may see: callers' and cameras' pictures, never an officer's answer."""
    rows: SessionQuerySet = VideoSession.objects.filter(
        force_id=link.force_id, incident_id=link.incident_id, mode=SessionMode.VIDEO, answering=None
    )
    return rows if link.show_video else rows.none()
