"""Names of the evidence pages and their bytes."""

from django.urls import path

from evidence import views

app_name = "evidence"
urlpatterns = [
    path("evidence/incident/<uuid:incident_id>/", views.panel, name="panel"),
    path("evidence/<uuid:exhibit_id>/", views.exhibit, name="exhibit"),
    path("evidence/<uuid:exhibit_id>/playback", views.playback, name="playback"),
    path("evidence/<uuid:exhibit_id>/verify/", views.verify, name="verify"),
    path("evidence/items/<uuid:item_id>/content", views.item, name="item"),
]
