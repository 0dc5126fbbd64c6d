"""The intelligence database over HTTP: the same rules, the same answers, one entry a look."""

from __future__ import annotations

import pytest
from django.test import Client

from core.clock import local_date, now
from core.models import AuditEvent
from tests.factories import suspects as make
from tests.factories.core import make_user
from tests.factories.incidents import make_stranger
from tests.factories.pictures import picture

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


class Api:
    """A signed-in client that speaks JSON below /api/v1/."""

    def __init__(self, user) -> None:
        self.client = Client()
        self.client.force_login(user)

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def send(self, path, method="post", **body):
        return getattr(self.client, method)(f"/api/v1/{path}", body, content_type="application/json")


@pytest.fixture
def writer(force):
    return Api(make_user(force=force, roles=("sergeant",), last_name="Amara"))


@pytest.fixture
def reader(force):
    return Api(make_user(force=force, roles=("officer",), last_name="Reid"))


@pytest.fixture
def stranger(force):
    return Api(make_stranger().user)


def test_a_person_from_first_word_to_profile(writer, reader):
    person = writer.send(
        "people/", surname="Pyke", given_names="Darren", date_of_birth="06/03/1985", sex="M", source="Custody",
        marks=[{"feature": "tattoo", "location": "neck", "text": "Swallow"}],
    ).json()  # fmt: skip
    assert (person["filename"], person["pole_incomplete"], person["version"]) == ("PYKE, Darren", True, 1)
    here = f"people/{person['id']}/"
    assert writer.send(f"{here}names/", type="ALIAS", surname="Pike", source="Custody").status_code == 201
    wrong = writer.send(f"{here}identifiers/", kind="PNC", value="2001/0171310S", source="He said")
    assert (wrong.status_code, wrong.json()["verified"]) == (201, False)
    assert writer.send(f"{here}contacts/", kind="SAFE", value="07700 900999", source="He said").status_code == 201
    assert writer.send(here, "patch", version=2, reason="Seen", build="stocky").json()["version"] == 3
    assert writer.send(here, "patch", version=2, reason="Seen", build="slim").status_code == 409
    assert [row["id"] for row in writer.get("people/").json()["results"]] == [person["id"]]
    before = AuditEvent.objects.count()
    profile = reader.get(here).json()
    assert AuditEvent.objects.count() == before + 1
    titles = {fact["title"]: fact["text"] for fact in profile["facts"] if "text" in fact}
    assert titles["PNC ID"] == "2001/0171310S (not verified)"
    assert titles["Safe to call"] == "07700 900999"
    assert titles["Tattoo, neck"] == "Swallow"
    assert titles["Alias"] == "PIKE"


def test_things_links_markers_and_reports(writer, reader, force):
    person = make.make_person(force)
    car = writer.send("vehicles/", vrm="kx68 zzb", make="Vauxhall").json()
    assert (car["vrm"], car["warning"]) == ("KX68ZZB", "")
    home = writer.send("addresses/", number="31", street="Fenside Walk", postcode="nm47qt").json()
    assert home["line"] == "31 Fenside Walk, NM4 7QT"
    shop = writer.send("organisations/", name="Brook Tyres").json()
    assert reader.get(f"organisations/{shop['id']}/").json()["name"] == "Brook Tyres"
    link = writer.send("links/", kind="HOME", person=person.pk, address=home["id"], source="PNC").json()
    assert [row["address"] for row in reader.get("links/", person=person.pk).json()["results"]] == [home["id"]]
    assert [row["person"] for row in reader.get("links/", address=home["id"]).json()["results"]] == [str(person.pk)]
    assert writer.send(f"links/{link['id']}/", verb="confirm", source="Visit").status_code == 200
    assert writer.send(f"links/{link['id']}/", verb="end", reason="Moved").status_code == 422
    dog = writer.send(
        "markers/", address=home["id"], code="DOG", text="Large dog, loose in the yard.", source="PC 5102"
    )
    assert dog.json()["expires_at"]
    writer.send("markers/", person=person.pk, code="SU", text="Said so in June.", source="Custody")
    assert [row["code"] for row in writer.get("markers/", person=person.pk).json()["results"]] == ["SU"]
    assert reader.get("markers/", person=person.pk).json()["results"] == []
    assert writer.send(f"markers/{dog.json()['id']}/", verb="remove", reason="Gone").status_code == 403
    for path, title in ((f"vehicles/{car['id']}/", "KX68 ZZB"), (f"addresses/{home['id']}/", home["line"])):
        assert reader.get(path).json()["title"] == title


def test_a_report_is_read_by_officers_once_it_is_out(reader, force):
    person, desk = make.make_person(force), Api(make_user(force=force, roles=("intel",), last_name="Vance"))
    body = {"grade": "1AP", "text": "Drives a grey Astra.", "subjects": [{"kind": "person", "id": str(person.pk)}]}
    report = desk.send("intelligence/", **body).json()
    here = f"intelligence/{report['id']}/"
    assert reader.get(here).status_code == 404
    assert reader.get("intelligence/", state="SUBMITTED").status_code == 403
    assert desk.get("intelligence/", state="SUBMITTED").json()["count"] == 1
    assert desk.send(here, verb="disseminate", recipient="Officers", purpose="Recall").json()["state"] == "DISSEMINATED"
    (seen,) = reader.get("intelligence/").json()["results"]
    assert (seen["grading"], seen["subjects"][0]["person"], seen["is_opinion"]) == ("1AP", str(person.pk), False)
    assert desk.send(here, verb="regrade", grade="2CC", comment="Seen once").status_code == 422
    make.make_operation(person, make.make_sergeant(force=force))
    assert reader.get("intelligence/").json()["count"] == 0
    assert reader.get(here).status_code == 404


def test_a_picture_is_the_body_and_what_it_is_called_does_not_count(writer, force):
    person = make.make_person(force)
    url = f"/api/v1/people/{person.pk}/images/?source=Custody&taken_on={local_date(now())}"
    good = writer.client.post(url, picture(), content_type="image/png")
    assert (good.status_code, good.json()["width"]) == (201, 480)
    assert writer.client.post(url, b"<script>alert(1)</script>", content_type="image/jpeg").status_code == 422
    assert writer.client.post(url, b"\0" * (10 * 1024 * 1024 + 1), content_type="image/jpeg").status_code == 413
    assert writer.client.post(url, "{}", content_type="application/json").status_code == 415
    assert person.images.count() == 1


def test_bad_input_names_its_fields_and_other_forces_find_nothing(writer, reader, stranger, force):
    person = make.make_person(force)
    refused = writer.send("people/", surname="UNKNOWN", date_of_birth="31/02/1985", source="x")
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"surname", "date_of_birth"})
    assert writer.send("links/", kind="HOME", person=person.pk, source="x").status_code == 422
    assert writer.get("links/").status_code == 422
    assert writer.get("markers/", organisation=person.pk).status_code == 422
    for path in (f"people/{person.pk}/", f"links/?person={person.pk}", f"markers/?person={person.pk}"):
        assert stranger.get(path).json() == stranger.get(path.replace(str(person.pk), NOBODY)).json()
        assert stranger.get(path).status_code == 404
    assert reader.send("people/", surname="Pyke", source="x").status_code == 403
    assert reader.get("people/").status_code == 403
    assert Client().get(f"/api/v1/people/{person.pk}/").status_code == 401
