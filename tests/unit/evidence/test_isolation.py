"""Every model of this app: another force sees no row and opens nothing."""

from __future__ import annotations

import pytest
from django.apps import apps

from core.actors import Actor
from core.errors import NotFound
from core.models.base import ForceOwned
from evidence import models, selectors, services
from tests.factories.evidence import make_copy, make_file, make_item

MODELS = [
    models.ContinuityEvent,
    models.EvidenceItem,
    models.Exhibit,
    models.KeptFile,
    models.ProducerSerial,
    models.WorkingCopy,
]


def test_every_model_is_in_this_test_and_belongs_to_a_force():
    assert set(apps.get_app_config("evidence").get_models()) == set(MODELS)
    assert all(issubclass(model, ForceOwned) for model in MODELS)


@pytest.fixture
def busy(exhibit, okafor, tmp_path):
    """At least one row of every model."""
    services.keep_file(actor=okafor, mime="text/plain", source_key="note", data=b"Seen at the dock.")
    make_item(tmp_path, exhibit)
    make_copy(exhibit, make_file(tmp_path))
    return exhibit


@pytest.mark.parametrize("model", MODELS)
def test_another_force_sees_no_row(busy, okafor, stranger, model):
    assert model.objects.visible_to(okafor).exists()
    assert not model.objects.visible_to(stranger).exists()
    assert not model.objects.visible_to(Actor.nobody()).exists()


def test_no_selector_shows_a_stranger_anything(busy, stranger):
    item, copy = busy.items.get(), busy.copies.get()
    for read, key in (
        (selectors.get_exhibit, busy.pk),
        (selectors.get_item, item.pk),
        (selectors.open_item, item.pk),
        (selectors.open_playback, busy.pk),
        (selectors.open_copy, copy.pk),
        (selectors.incident_exhibits, busy.incident_id),
    ):
        with pytest.raises(NotFound):
            read(stranger, key)
    assert selectors.exhibits_page(stranger).rows == selectors.items_page(stranger).rows == []
    with pytest.raises(NotFound):
        selectors.exhibits_page(stranger, incident_id=busy.incident_id)
    with pytest.raises(NotFound):
        selectors.items_page(stranger, exhibit_id=busy.pk)


@pytest.mark.parametrize("key", ["", "1", "..%2f", "' OR 1=1 --", "6f1c9c1e-6a0b-4c55-9a53-0d3a3f0e4d11"])
def test_hostile_ids_name_nothing(busy, farrow, key):
    for read in (
        selectors.get_exhibit, selectors.get_item, selectors.open_item, selectors.open_playback, selectors.open_copy,
        selectors.incident_exhibits,
    ):  # fmt: skip
        with pytest.raises(NotFound):
            read(farrow, key)
