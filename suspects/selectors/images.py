"""Showing a picture of a person: small, marked with who looks and when, and each look on the trail (STANDARDS 7.6).

The viewer's collar number and the time are drawn into the pixels of the copy that is sent. A browser may keep that copy
for a few minutes, for this viewer alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from core.actors import Actor
from core.clock import from_epoch, local, local_date, now
from core.errors import Invalid, NotAllowed, NotFound
from core.permissions import check
from evidence import selectors as evidence
from evidence.services import mark_picture
from incidents.selectors.ids import as_uuid
from suspects.codes.dates import age_on
from suspects.models import Person, PersonImage

SIZES = {"card": 160, "face": 320, "full": 640}  # pixels across
KEPT_FOR = timedelta(minutes=5)  # in the viewer's browser, and how coarse the time in the mark is
REASON_HOLDS = timedelta(minutes=10)
_SALT = "suspects.image-of-minor"
UNDER_18 = "Under 18. Say why you need to see the picture: it is logged."


@dataclass(frozen=True, kw_only=True)
class ShownImage:
    """`jpeg` is empty when the viewer's browser still holds this very copy (`etag`)."""

    jpeg: bytes
    etag: str


def person_image(
    actor: Actor, image_id: UUID | str, *, size: str = "face", grant: str = "", known_etag: str = ""
) -> ShownImage:
    """The picture at `size` (card, face or full), marked for the actor; one CONSULT entry, also when it is unchanged.

    Of somebody under 18 only with a `grant` that `services.images.show_minor` gave this actor for a reason.
    Raises NotFound (also withdrawn), NotAllowed (reason_needed), Invalid (size), Unavailable.
    """
    check(actor, "person.view")
    if size not in SIZES:
        raise Invalid(fields={"size": f"Use {', '.join(SIZES)}."})
    image = image_of(actor, image_id)
    moment = now()
    if is_under_18(image.person, moment) and not grant_holds(actor, image.person_id, grant):
        raise NotAllowed(UNDER_18, code="reason_needed")
    opened = evidence.open_kept(
        actor, image.reduced_id, of=f"suspects.personimage:{image.pk}", purpose=f"image, {size}"
    )
    text = mark_text(actor, moment)
    etag = hashlib.sha256(f"{opened.sha256} {size} {text}".encode()).hexdigest()[:32]
    if known_etag == etag:
        return ShownImage(jpeg=b"", etag=etag)
    return ShownImage(jpeg=mark_picture(b"".join(opened.read()), text, width=SIZES[size]), etag=etag)


def image_of(actor: Actor, image_id: UUID | str) -> PersonImage:
    """The image's row with its person. Raises NotFound, also when it was withdrawn."""
    rows = PersonImage.objects.visible_to(actor).select_related("person")
    image: PersonImage | None = rows.filter(pk=as_uuid(image_id), withdrawn_at=None).first()
    if image is None:
        raise NotFound()
    return image


def is_under_18(person: Person, moment: datetime) -> bool:
    born = person.date_of_birth
    return born is not None and age_on(born, local_date(moment)) < 18


def mark_text(actor: Actor, moment: datetime) -> str:
    """Collar number and time: "5127 21/11/2026 14:35"; the time is that of the last five minutes' beginning."""
    who = actor.user.collar_number if actor.user is not None else actor.label
    seconds = KEPT_FOR.total_seconds()
    since = from_epoch(moment.timestamp() // seconds * seconds)
    return f"{who} {local(since):%d/%m/%Y %H:%M}"


def make_grant(actor: Actor, person_id: UUID) -> str:
    """Proof that this actor gave a reason for this person; holds ten minutes. Says nothing about anybody."""
    return signing.dumps([str(person_id), actor.id], salt=_SALT)


def grant_holds(actor: Actor, person_id: UUID, grant: str) -> bool:
    try:
        return bool(signing.loads(grant, salt=_SALT, max_age=REASON_HOLDS) == [str(person_id), actor.id])
    except signing.BadSignature:
        return False
