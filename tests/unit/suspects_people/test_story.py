"""The factories' cast can be told on both engines."""

from __future__ import annotations

import pytest

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
