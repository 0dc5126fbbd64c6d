"""Names of the console's pages and fragments."""

from django.urls import path

from incidents.views import console, duty, intake, log, places, search, supervise
from incidents.views import map as map_views

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
    path("incidents/<uuid:incident_id>/where/", places.where, name="where"),
    path("incidents/recognise/", places.recognise, name="recognise"),
    path("map/", map_views.map_page, name="map"),
    path("map/incidents/", map_views.map_incidents, name="map_incidents"),
    path("map/incidents/<uuid:incident_id>/", map_views.map_facts, name="map_facts"),
    path("map/find/", map_views.map_find, name="map_find"),
    path("map/base.pmtiles", map_views.map_base, name="map_base"),
    path("supervise/", supervise.supervise, name="supervise"),
    path("duty/on/", duty.book_on, name="book_on"),
    path("duty/off/", duty.book_off, name="book_off"),
]
