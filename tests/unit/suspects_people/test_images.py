"""Pictures of people: proved, bared, marked for the viewer, hidden of the young, and each look on the trail."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from PIL import Image

from core.actors import Actor
from core.clock import local_date, now
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEvent
from evidence.selectors import read_kept
from suspects.selectors.images import make_grant, mark_text, person_image
from suspects.services.images import add_image, show_minor, withdraw_image
from tests.factories import suspects as make
from tests.factories.core import make_user
from tests.factories.incidents import make_stranger
from tests.factories.pictures import bomb, picture, with_secrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def sergeant():
    return make.make_sergeant(force=make.make_suspect_tables())


@pytest.fixture
def pyke(sergeant):
    return make.make_person(sergeant.user.force)


def add(actor, person, data=None, **changes):
    given = {"data": data or picture(), "source": "Custody 22/1187/26", "taken_on": local_date(now())}
    return add_image(actor=actor, person_id=person.pk, **{**given, **changes})


def test_the_original_is_kept_and_what_is_shown_is_small_bare_and_upright(sergeant, pyke):
    image = add(sergeant, pyke, with_secrets(1500, 1000))
    assert (image.width, image.height) == (1000, 1500)
    assert b"Secret" in b"".join(read_kept(sergeant, image.original_id).read())
    shown = b"".join(read_kept(sergeant, image.reduced_id).read())
    assert b"Secret" not in shown
    assert Image.open(io.BytesIO(shown)).size == (640, 960)
    assert add(sergeant, pyke, with_secrets(1500, 1000)) == image


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"data": b"<script>"}, "picture"),
        ({"data": bomb()}, "picture"),
        ({"source": " "}, "source"),
        ({"kind": "SELFIE"}, "kind"),
        ({"taken_on": local_date(now()) + timedelta(days=1)}, "taken_on"),
    ],
)
def test_what_is_no_image_of_a_person_leaves_nothing(sergeant, pyke, changes, field):
    with pytest.raises(Invalid) as error:
        add(sergeant, pyke, **changes)
    assert set(error.value.fields) == {field}
    assert not pyke.images.exists()


def test_a_page_shows_it_marked_and_cached_for_the_viewer_alone(sergeant, pyke, client):
    image = add(sergeant, pyke)
    reid = make_user(force=pyke.force, roles=("officer",), last_name="Reid")
    client.force_login(reid)
    before = AuditEvent.objects.count()
    url = reverse("suspects:image", args=[image.pk])
    first = client.get(url, {"size": "card"})
    assert (first.status_code, first.headers["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(first.content)).size == (160, 213)
    assert first.headers["Cache-Control"] == "private, max-age=300"
    assert "Cookie" in first.headers["Vary"]
    assert client.get(url, {"size": "face"}).headers["ETag"] != first.headers["ETag"]
    entries = list(AuditEvent.objects.order_by("at"))[before:]
    assert [entry.object for entry in entries] == [f"suspects.personimage:{image.pk}"] * 2
    assert client.get(url, {"size": "poster"}).status_code == 422


def test_the_mark_names_the_viewer_and_a_kept_copy_is_not_sent_again(sergeant, pyke):
    image, officer = add(sergeant, pyke), make.make_officer(force=pyke.force)
    assert mark_text(officer, now()).startswith(officer.user.collar_number)
    first = person_image(officer, image.pk)
    assert person_image(officer, image.pk, known_etag=first.etag).jpeg == b""
    other = person_image(sergeant, image.pk)
    assert (other.etag, other.jpeg) != (first.etag, first.jpeg)


def test_of_somebody_under_18_only_for_a_reason_which_is_logged(sergeant, client):
    child = make.make_person(sergeant.user.force, given_names="Ty", born=local_date(now()) - timedelta(days=5000))
    image = add(sergeant, child)
    reid = make_user(force=child.force, roles=("officer",), last_name="Reid")
    client.force_login(reid)
    url = reverse("suspects:image", args=[image.pk])
    assert client.get(url).status_code == 403
    actor = Actor.for_user(reid)
    with pytest.raises(Invalid):
        show_minor(actor=actor, image_id=image.pk, reason="see")
    grant = show_minor(actor=actor, image_id=image.pk, reason="Missing from care since 18:00")
    assert AuditEvent.objects.filter(justification="Missing from care since 18:00").count() == 1
    assert client.get(url, {"grant": grant}).status_code == 200
    with pytest.raises(NotAllowed):
        person_image(sergeant, image.pk, grant=grant)  # another viewer's reason
    with pytest.raises(NotAllowed):
        person_image(sergeant, image.pk, grant=make_grant(sergeant, image.pk))  # another person's


def test_withdrawn_and_another_forces_images_are_not_there(sergeant, pyke):
    image = add(sergeant, pyke)
    stranger = make_stranger()
    for call in (
        lambda: person_image(stranger, image.pk),
        lambda: show_minor(actor=stranger, image_id=image.pk, reason="Because I would like to"),
        lambda: withdraw_image(actor=stranger, image_id=image.pk, reason="x"),
        lambda: add(stranger, pyke),
        lambda: person_image(sergeant, "nonsense"),
    ):
        with pytest.raises(NotFound):
            call()
    withdraw_image(actor=sergeant, image_id=image.pk, reason="Deletion request upheld")
    with pytest.raises(NotFound):
        person_image(sergeant, image.pk)
    with pytest.raises(NotAllowed):
        add(make.make_officer(force=pyke.force), pyke)
