"""A person's profile (B3.1–B3.3): warnings first, then what is wanted, what binds them now, the face, the rest."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import audit
from core.clock import now
from core.permissions import can
from core.requests import ActorRequest
from suspects.forms.people import ImageReasonForm
from suspects.selectors.checks import reason_now
from suspects.selectors.images import grant_holds
from suspects.selectors.operations import DoNotApproach, note_look
from suspects.selectors.profile import Profile, person_profile
from suspects.selectors.wanted_cards import CardReservation, reservations_of
from suspects.services.images import show_minor
from suspects.services.receipts import keep_receipt
from suspects.services.volume import guard_looks

REASON_LOGGED = "The reason is logged with the picture."


@require_http_methods(["GET", "POST"])
def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """POST: a reason to see the picture of somebody under 18. `grant` is the proof that one was given."""
    form = ImageReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        image_id, reason = form.cleaned_data["image"], form.cleaned_data["reason"]
        grant = show_minor(actor=request.actor, image_id=image_id, reason=reason)
        return redirect(f"{reverse('suspects:person', args=[person_id])}?{urlencode({'grant': grant})}")
    actor, grant = request.actor, request.GET.get("grant", "")
    granted = bool(grant) and grant_holds(actor, person_id, grant)
    purpose = "wanted gallery" if "wanted" in request.GET else "profile"
    guard_looks(actor)
    reason = reason_now(actor)
    if granted:
        reason["justification"] = REASON_LOGGED
    with audit.one_reading(actor, f"suspects.person:{person_id}", purpose=purpose, incident=reason["incident"]):
        operation = note_look(actor, person_id, "profile")
        profile = person_profile(actor, person_id, purpose, **reason, images_of_minor=granted)
        receipt = keep_receipt(
            actor=actor, subject="PERSON", record_id=profile.person_id, title=profile.title, facts=profile.as_facts(),
            purpose=purpose,
        )  # fmt: skip
    taken = reservations_of(actor, [profile.person_id], now()).get(profile.person_id)
    context = {
        "profile": profile,
        "operation": operation,
        "receipt": receipt,
        "form": form,
        "grant": grant if granted else "",
        "taken": taken,
        "to_reserve": _to_reserve(request, profile, operation, taken),
        "section": "wanted" if profile.wanted else "check",
        "back": reverse("suspects:wanted" if profile.wanted else "suspects:check"),
    }
    return render(request, "suspects/person.html", context, status=422 if request.method == "POST" else 200)


def _to_reserve(
    request: ActorRequest, profile: Profile, operation: DoNotApproach | None, taken: CardReservation | None
) -> UUID | None:
    """The most urgent record with a power of arrest, where nothing and nobody stands in the way."""
    powers = [one.wanted_id for one in profile.wanted if one.may_arrest]
    free = operation is None and taken is None and can(request.actor, "wanted.reserve")
    return powers[0] if powers and free else None
