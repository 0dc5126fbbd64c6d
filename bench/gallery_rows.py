"""So many wanted people more in the force of the demo, by the services everybody uses. Run after django.setup()."""

from __future__ import annotations

from random import Random

from config.demo import faces
from core.actors import Actor
from core.clock import now
from core.models import User
from suspects.services import images, people, wanted

SURNAMES = ("Ashdown", "Birkett", "Calloway", "Drury", "Ellacott", "Farrant", "Gorman", "Hesketh", "Ives", "Jessop")
GIVEN = ("Aaron", "Bethan", "Callum", "Dionne", "Ewan", "Farah", "Gareth", "Hana", "Idris", "Jodie")


def main(count: int) -> None:
    intel, random = Actor.for_user(User.objects.get(collar_number="6620")), Random(3)
    drawn = [faces.draw(seed=name, sex="M", skin=n % 4, hair=n % 6) for n, name in enumerate(SURNAMES)]
    for number in range(count):
        person = people.add_person(
            actor=intel, source="PNC", source_ref=f"G{number}",
            details=people.PersonDetails(
                surname=random.choice(SURNAMES), given_names=random.choice(GIVEN), sex="M",
                date_of_birth=now().date().replace(year=random.randrange(1960, 2004), day=1), dpa_category="SUSPECT",
            ),
        ).pk  # fmt: skip
        taken = now().date()
        images.add_image(actor=intel, person_id=person, data=random.choice(drawn), source="Custody", taken_on=taken)
        wanted.open_wanted(
            actor=intel, person_id=person,
            details=wanted.WantedDetails(
                basis="RECALL_PRISON", band=random.choice(("P1", "P2", "P3")), offence="Burglary dwelling",
                source="PNC", area="Fenside", owner_unit="Northmere CID", issued_at=now(),
            ),
        )  # fmt: skip
