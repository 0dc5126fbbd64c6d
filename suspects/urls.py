"""Pages of checks, wanted people, reservations and curfews."""

from __future__ import annotations

from django.urls import URLPattern, path

from suspects.views import checks, images, people, receipts, wanted

app_name = "suspects"

urlpatterns: list[URLPattern] = [
    path("checks/stop/", checks.stop, name="stop"),
    path("checks/", checks.check, name="check"),
    path("checks/<uuid:check_id>/", checks.result, name="check_result"),
    path("checks/<uuid:check_id>/sources/", checks.sources, name="check_sources"),
    path("vehicles/<uuid:vehicle_id>/", checks.vehicle, name="vehicle"),
    path("addresses/<uuid:address_id>/", checks.address, name="address"),
    path("receipts/<uuid:receipt_id>/", receipts.receipt, name="receipt"),
    path("wanted/", wanted.board, name="wanted"),
    path("wanted/count/", wanted.count, name="wanted_count"),
    path("wanted/<uuid:wanted_id>/card/", wanted.card, name="wanted_card"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/images/<uuid:image_id>/", images.image, name="image"),
]
