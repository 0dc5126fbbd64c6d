"""Every URL: pages by app, the API under /api/v1/, and the administration."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from core import views

urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("", include("incidents.api_urls")),
                path("", include("streaming.api_urls")),
                path("", include("evidence.api_urls")),
                path("", include("suspects.api_urls")),
                path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
            ]
        ),
    ),
    path("", include("core.urls")),
    path("", include("incidents.urls")),
    path("", include("streaming.urls")),
    path("", include("evidence.urls")),
    path("", include("suspects.urls")),
    path("callbacks/", include("streaming.callback_urls")),
    path("metrics", views.metrics, name="metrics"),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.bad_request"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
