"""Names of the console's pages and fragments."""

from django.urls import path

from incidents import views

app_name = "incidents"
urlpatterns = [
    path("", views.console, name="console"),
    path("incidents/new/", views.new, name="new"),
    path("incidents/queue/", views.queue, name="queue"),
    path("incidents/units/", views.units, name="units"),
    path("incidents/<uuid:incident_id>/", views.detail, name="detail"),
    path("incidents/<uuid:incident_id>/row/", views.row, name="row"),
    path("incidents/<uuid:incident_id>/head/", views.head, name="head"),
    path("incidents/<uuid:incident_id>/log/", views.log, name="log"),
    path("duty/on/", views.book_on, name="book_on"),
    path("duty/off/", views.book_off, name="book_off"),
]
