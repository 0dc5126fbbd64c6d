"""The factories' cast can be told on both engines."""

from __future__ import annotations

import pytest

from suspects.models import ConditionKind, MarkerKind, PriorityBand, WantedBasis
from suspects.services.reference_data import BANDS, BASES, CONDITIONS, MARKERS, seed_force
from tests.factories import suspects as make


@pytest.mark.django_db
def test_the_cast_can_be_written():
    pyke = make.make_person(aliases=(("Daz", "Pike"),))
    home = make.make_address(pyke.force)
    astra = make.make_vehicle(pyke.force)
    corrie = make.make_person(pyke.force, surname="Corrie", given_names="Jade", sex="F")
    make.make_link(pyke, home)
    make.make_link(pyke, astra, kind="KEEPER")
    make.make_link(pyke, corrie, kind="ASSOCIATE")
    make.make_link(pyke, make.make_organisation(pyke.force), kind="EMPLOYEE")
    for subject in (pyke, home, astra):
        make.make_marker(subject, code={"Person": "WE", "Address": "DOG", "Vehicle": "FAIL"}[type(subject).__name__])
    report = make.make_intelligence(pyke, home, grading="2BC")
    condition = make.make_condition(corrie)
    make.make_identifier(pyke)
    make.make_contact_point(pyke)
    make.make_image(pyke)
    assert make.make_wanted(pyke).basis.may_arrest
    assert report.subjects.count() == 2
    assert condition.slots.count() == 7
    assert {str(name) for name in pyke.names.all()} == {"Darren Pyke", "Daz Pike"}


@pytest.mark.django_db
def test_a_force_keeps_what_it_changed_when_it_is_seeded_again():
    force = make.make_suspect_tables()
    MarkerKind.objects.filter(force=force, code="WE").update(label="Blades", review_months=6)
    MarkerKind.objects.filter(force=force, code="AL").delete()
    seed_force(force)
    seed_force(force)
    kinds = {kind.code: kind for kind in MarkerKind.objects.filter(force=force)}
    assert (kinds["WE"].label, kinds["WE"].review_months, kinds["AL"].label) == ("Blades", 6, "Alcohol")
    assert len(kinds) == len(MARKERS)
    assert WantedBasis.objects.filter(force=force).count() == len(BASES)
    assert ConditionKind.objects.filter(force=force).count() == len(CONDITIONS)
    assert PriorityBand.objects.filter(force=force).count() == len(BANDS)
