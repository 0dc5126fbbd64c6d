"""URLs of the incidents' API, under /api/v1/."""

from django.urls import path

from incidents.api import calls, duty, incidents, log, partners, states

app_name = "incidents_api"
urlpatterns = [
    path("calls/", calls.Calls.as_view(), name="calls"),
    path("incidents/", incidents.Incidents.as_view(), name="incidents"),
    path("incidents/<uuid:incident_id>/", incidents.OneIncident.as_view(), name="incident"),
    path("incidents/<uuid:incident_id>/log/", log.IncidentLog.as_view(), name="log"),
    path("incidents/<uuid:incident_id>/log/check/", log.IncidentLogCheck.as_view(), name="log_check"),
    path("grades/", incidents.Grades.as_view(), name="grades"),
    path("categories/", incidents.Categories.as_view(), name="categories"),
    path("duty/", duty.OnDuty.as_view(), name="on_duty"),
    path("duty/me/", duty.OwnDuty.as_view(), name="own_duty"),
    path("duty/on/", duty.BookOn.as_view(), name="book_on"),
    path("duty/off/", duty.BookOff.as_view(), name="book_off"),
    path("states/", states.RadioStates.as_view(), name="radio_states"),
    path("states/mine/", states.OwnState.as_view(), name="own_state"),
    path("partners/transfers/", partners.PartnerTransfers.as_view(), name="partner_transfers"),
]
