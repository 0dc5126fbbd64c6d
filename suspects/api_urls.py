"""The API of suspects, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from suspects.api import bail, checks, curfews, identity, imports, intelligence, people, reservations, wanted

app_name = "suspects_api"

urlpatterns: list[URLPattern] = [
    path("stops/", checks.Stops.as_view(), name="stops"),
    path("checks/", checks.Checks.as_view(), name="checks"),
    path("checks/<uuid:check_id>/", checks.OneCheck.as_view(), name="check"),
    path("imports/", imports.Imports.as_view(), name="imports"),
    path("imports/<uuid:run_id>/", imports.OneImport.as_view(), name="import"),
    path("imports/<uuid:run_id>/problems/", imports.ImportProblems.as_view(), name="import_problems"),
    path("wanted/", wanted.Wanted.as_view(), name="wanted"),
    path("wanted/near/", wanted.WantedNear.as_view(), name="wanted_near"),
    path("wanted/<uuid:wanted_id>/", wanted.OneWanted.as_view(), name="wanted_one"),
    path("wanted/<uuid:wanted_id>/history/", wanted.WantedHistory.as_view(), name="wanted_history"),
    path("wanted/<uuid:wanted_id>/approve/", wanted.ApproveWanted.as_view(), name="wanted_approve"),
    path("wanted/<uuid:wanted_id>/band/", wanted.WantedBand.as_view(), name="wanted_band"),
    path("wanted/<uuid:wanted_id>/cancel/", wanted.CancelWanted.as_view(), name="wanted_cancel"),
    path("wanted/<uuid:wanted_id>/reactivate/", wanted.ReactivateWanted.as_view(), name="wanted_reactivate"),
    path("wanted/<uuid:wanted_id>/reserve/", wanted.Reserve.as_view(), name="reserve"),
    path("reservations/<uuid:reservation_id>/", reservations.OneReservation.as_view(), name="reservation"),
    *(
        path(f"reservations/<uuid:reservation_id>/{verb}/", view.as_view(), name=verb)
        for verb, view in reservations.VERBS.items()
    ),
    path("operations/", wanted.Operations.as_view(), name="operations"),
    path("operations/<uuid:operation_id>/end/", wanted.EndOperation.as_view(), name="end_operation"),
    path("curfews/", curfews.Curfews.as_view(), name="curfews"),
    path("curfews/<uuid:condition_id>/checks/", curfews.CurfewChecks.as_view(), name="curfew_checks"),
    path("breaches/", curfews.Breaches.as_view(), name="breaches"),
    path("breaches/<uuid:breach_id>/", curfews.OneBreach.as_view(), name="breach"),
    path("people/", people.People.as_view(), name="people"),
    path("people/<uuid:person_id>/", people.OnePerson.as_view(), name="person"),
    path("people/<uuid:person_id>/names/", people.PersonNames.as_view(), name="person_names"),
    path("people/<uuid:person_id>/identifiers/", people.PersonIdentifiers.as_view(), name="person_identifiers"),
    path("people/<uuid:person_id>/contacts/", people.PersonContacts.as_view(), name="person_contacts"),
    path("people/<uuid:person_id>/identity/", identity.PersonIdentity.as_view(), name="identity"),
    path("identity/<uuid:identity_id>/", identity.OneIdentity.as_view(), name="identity_check"),
    path("identity/<uuid:identity_id>/answers/", identity.IdentityAnswers.as_view(), name="identity_answers"),
    path("identity/<uuid:identity_id>/end/", identity.IdentityEnd.as_view(), name="identity_end"),
    path("people/<uuid:person_id>/images/", people.PersonImages.as_view(), name="person_images"),
    path("vehicles/", people.Vehicles.as_view(), name="vehicles"),
    path("vehicles/<uuid:vehicle_id>/", people.OneVehicle.as_view(), name="vehicle"),
    path("addresses/", people.Addresses.as_view(), name="addresses"),
    path("addresses/<uuid:address_id>/", people.OneAddress.as_view(), name="address"),
    path("organisations/", people.Organisations.as_view(), name="organisations"),
    path("organisations/<uuid:organisation_id>/", people.OneOrganisation.as_view(), name="organisation"),
    path("links/", people.Links.as_view(), name="links"),
    path("links/<uuid:link_id>/", people.OneLink.as_view(), name="link"),
    path("markers/", intelligence.Markers.as_view(), name="markers"),
    path("markers/<uuid:marker_id>/", intelligence.OneMarker.as_view(), name="marker"),
    path("intelligence/", intelligence.Reports.as_view(), name="intelligence"),
    path("intelligence/<uuid:report_id>/", intelligence.OneReport.as_view(), name="report"),
    path("people/<uuid:person_id>/bail/", bail.BailOfPerson.as_view(), name="person_bail"),
    path("bail/", bail.Bails.as_view(), name="bail"),
    path("bail/<uuid:bail_id>/cancel/", bail.CancelBail.as_view(), name="bail_cancel"),
    path("bail/conditions/<uuid:condition_id>/vary/", bail.VaryCondition.as_view(), name="condition_vary"),
    path("bail/conditions/<uuid:condition_id>/cancel/", bail.CancelCondition.as_view(), name="condition_cancel"),
]
