"""The import map: our modules import each other by relative path, the map sends each to its hashed file."""

from __future__ import annotations

import json
from functools import lru_cache

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Bare names that our modules import; everything else is imported by its own relative path.
PACKAGES = {
    "fflate": "vendor/fflate/esm/browser.js",
    "maplibre-gl": "vendor/maplibre-gl/dist/maplibre-gl-csp.js",
    "pmtiles": "vendor/pmtiles/dist/esm/index.js",
}


@register.simple_tag(takes_context=True)
def import_map(context: template.Context) -> SafeString:
    """`<script type="importmap">`, made from the static files' manifest."""
    nonce = str(context.get("CSP_NONCE", "") or "")
    # Safe: our own file names as JSON, with "<" escaped so that no name could close the element.
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(imports_json()))  # noqa: S308


@lru_cache(maxsize=1)
def imports_json() -> str:
    """The map as JSON: packages by bare name and, where names are hashed, every module by its plain address."""
    imports = {name: static(path) for name, path in PACKAGES.items()}
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    base = settings.STATIC_URL
    for path, file in hashed.items():
        if path.startswith("js/") and path.endswith(".js"):
            imports[f"{base}{path}"] = f"{base}{file}"
    return json.dumps({"imports": imports}, sort_keys=True).replace("<", "\\u003c")
