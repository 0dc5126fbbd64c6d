"""URLs of the evidence API, under /api/v1/."""

from django.urls import path

from evidence import api

app_name = "evidence_api"
urlpatterns = [
    path("exhibits/", api.Exhibits.as_view(), name="exhibits"),
    path("exhibits/<uuid:exhibit_id>/", api.OneExhibit.as_view(), name="exhibit"),
    path("evidence-items/", api.Items.as_view(), name="items"),
    path("evidence-items/<uuid:item_id>/", api.OneItem.as_view(), name="item"),
]
