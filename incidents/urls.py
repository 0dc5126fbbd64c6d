"""Names of the console's pages and fragments."""

from django.urls import path

from incidents.views import closing, console, duty, intake, log, risk, search, supervise

app_name = "incidents"
urlpatterns = [
    path("", console.console, name="console"),
    path("incidents/new/", intake.new, name="new"),
    path("incidents/search/", search.search, name="search"),
    path("incidents/queue/", console.queue, name="queue"),
    path("incidents/units/", console.units, name="units"),
    path("incidents/<uuid:incident_id>/", console.detail, name="detail"),
    path("incidents/<uuid:incident_id>/row/", console.row, name="row"),
    path("incidents/<uuid:incident_id>/head/", console.head, name="head"),
    path("incidents/<uuid:incident_id>/log/", log.log, name="log"),
    path("incidents/<uuid:incident_id>/thrive/", risk.thrive, name="thrive"),
    path("incidents/<uuid:incident_id>/flags/", risk.flags, name="flags"),
    path("incidents/<uuid:incident_id>/grade/", risk.grade, name="grade"),
    path("incidents/<uuid:incident_id>/rural/", risk.rural, name="rural"),
    path("incidents/<uuid:incident_id>/methane/", risk.methane, name="methane"),
    path("incidents/<uuid:incident_id>/major/", risk.major, name="major"),
    path("incidents/<uuid:incident_id>/close/", closing.closing, name="close"),
    path("incidents/<uuid:incident_id>/reopen/", closing.reopen, name="reopen"),
    path("incidents/<uuid:incident_id>/facts/", closing.facts, name="facts"),
    path("incidents/requests/", risk.requests, name="requests"),
    path("incidents/requests/<uuid:request_id>/", risk.request, name="request"),
    path("supervise/", supervise.supervise, name="supervise"),
    path("duty/on/", duty.book_on, name="book_on"),
    path("duty/off/", duty.book_off, name="book_off"),
]
