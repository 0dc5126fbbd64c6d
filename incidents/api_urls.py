"""URLs of the incidents' API, under /api/v1/."""

from django.urls import path

from incidents import api

app_name = "incidents_api"
urlpatterns = [
    path("incidents/", api.Incidents.as_view(), name="incidents"),
    path("incidents/<uuid:incident_id>/", api.OneIncident.as_view(), name="incident"),
    path("incidents/<uuid:incident_id>/log/", api.IncidentLog.as_view(), name="log"),
    path("grades/", api.Grades.as_view(), name="grades"),
    path("categories/", api.Categories.as_view(), name="categories"),
    path("duty/", api.OnDuty.as_view(), name="on_duty"),
    path("duty/me/", api.OwnDuty.as_view(), name="own_duty"),
    path("duty/on/", api.BookOn.as_view(), name="book_on"),
    path("duty/off/", api.BookOff.as_view(), name="book_off"),
]
