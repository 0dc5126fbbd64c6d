"""Names of the console's pages and fragments."""

from django.urls import path

from incidents.views import console, duty, intake, log, partners, search, supervise

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
    path("supervise/", supervise.supervise, name="supervise"),
    path("duty/on/", duty.book_on, name="book_on"),
    path("duty/off/", duty.book_off, name="book_off"),
    path("incidents/<uuid:incident_id>/share/", partners.share, name="share"),
    path("incidents/<uuid:incident_id>/share/update/", partners.share_update, name="share_update"),
    path("offers/", partners.offers, name="offers"),
    path("offers/<uuid:transfer_id>/", partners.offer, name="offer"),
    path("offers/<uuid:transfer_id>/accept/", partners.accept, name="offer_accept"),
    path("offers/<uuid:transfer_id>/decline/", partners.decline, name="offer_decline"),
]
