"""Names of the console's pages and fragments."""

from django.urls import path

from incidents.views import calls, console, dispatch, duty, intake, log, partners, places, search, supervise
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
    path("incidents/same/", calls.same, name="same"),
    path("incidents/<uuid:incident_id>/contacts/", calls.contacts, name="contacts"),
    path("incidents/<uuid:incident_id>/compare/", calls.compare, name="compare"),
    path("calls/mine/", calls.on_the_line, name="on_the_line"),
    path("calls/<uuid:contact_id>/facts/", calls.facts, name="call_facts"),
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
    path("incidents/<uuid:incident_id>/send/", dispatch.send, name="send"),
    path("units/", dispatch.units_board, name="units_board"),
    path("units/<uuid:resource_id>/state/", dispatch.unit_state, name="unit_state"),
    path("units/messages/<uuid:message_id>/answer/", dispatch.answer_message, name="answer_message"),
    path("emergencies/", dispatch.emergencies, name="emergencies"),
    path("emergencies/<uuid:emergency_id>/acknowledge/", dispatch.acknowledge_emergency, name="acknowledge_emergency"),
    path("emergencies/<uuid:emergency_id>/end/", dispatch.end_emergency, name="end_emergency"),
    path("incidents/<uuid:incident_id>/share/", partners.share, name="share"),
    path("incidents/<uuid:incident_id>/share/update/", partners.share_update, name="share_update"),
    path("offers/", partners.offers, name="offers"),
    path("offers/<uuid:transfer_id>/", partners.offer, name="offer"),
    path("offers/<uuid:transfer_id>/accept/", partners.accept, name="offer_accept"),
    path("offers/<uuid:transfer_id>/decline/", partners.decline, name="offer_decline"),
]
