"""Pages of checks, wanted people, reservations and curfews."""

from __future__ import annotations

from django.urls import URLPattern, path

from suspects.views import checks, curfews, identity, images, people, receipts, reservations, wanted

app_name = "suspects"

urlpatterns: list[URLPattern] = [
    path("checks/stop/", checks.stop, name="stop"),
    path("checks/", checks.check, name="check"),
    path("checks/<uuid:check_id>/", checks.result, name="check_result"),
    path("checks/<uuid:check_id>/sources/", checks.sources, name="check_sources"),
    path("vehicles/<uuid:vehicle_id>/", checks.vehicle, name="vehicle"),
    path("addresses/<uuid:address_id>/", checks.address, name="address"),
    path("people/<uuid:person_id>/identity/", identity.identity, name="identity"),
    path("identity/<uuid:identity_id>/", identity.identity_check, name="identity_check"),
    path("receipts/<uuid:receipt_id>/", receipts.receipt, name="receipt"),
    path("wanted/", wanted.board, name="wanted"),
    path("wanted/count/", wanted.count, name="wanted_count"),
    path("wanted/<uuid:wanted_id>/card/", wanted.card, name="wanted_card"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/images/<uuid:image_id>/", images.image, name="image"),
    path("people/documents/<uuid:document_id>/", images.document, name="document"),
    path("wanted/<uuid:wanted_id>/reserve/", reservations.reserve, name="reserve"),
    path("reservations/<uuid:reservation_id>/", reservations.reservation, name="reservation"),
    path("reservations/<uuid:reservation_id>/result/", reservations.result, name="result"),
    *(
        path(f"reservations/<uuid:reservation_id>/{verb}/", reservations.step, {"verb": verb}, name=verb)
        for verb in reservations.STEPS
    ),
    path("curfews/", curfews.curfews, name="curfews"),
    path("curfews/breaches/", curfews.breaches, name="breaches"),
    path("curfews/breaches/<uuid:breach_id>/", curfews.breach, name="breach"),
    path("curfews/breaches/<uuid:breach_id>/note/", curfews.note, name="breach_note"),
    path("curfews/breaches/<uuid:breach_id>/decision/", curfews.decide, name="breach_decision"),
    path("curfews/<uuid:condition_id>/", curfews.door, name="curfew_door"),
    path("curfews/checks/<uuid:check_id>/photo/", curfews.photo, name="curfew_photo"),
    path("curfews/<uuid:condition_id>/quiet-hours/", curfews.quiet_hours, name="curfew_quiet_hours"),
    path("curfews/<uuid:condition_id>/check/", curfews.check, name="curfew_check"),
]
