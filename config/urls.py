"""Every URL: pages by app, the API under /api/v1/, and the administration."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from drf_spectacular.views import SpectacularAPIView

urlpatterns = [
    path("", include("core.urls")),
    path("", include("incidents.urls")),
    path("", include("streaming.urls")),
    path("", include("evidence.urls")),
    path("callbacks/", include("streaming.callback_urls")),
    path(
        "api/v1/",
        include(
            [
                path("", include("incidents.api_urls")),
                path("", include("streaming.api_urls")),
                path("", include("evidence.api_urls")),
                path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
            ]
        ),
    ),
    path("metrics", login_not_required(require_safe(ExportToDjangoView)), name="metrics"),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.bad_request"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
