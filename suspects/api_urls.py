"""The API of suspects, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from suspects.api import checks, curfews, imports, reservations, wanted

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
]
