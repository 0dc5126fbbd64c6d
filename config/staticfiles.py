"""Which static files are collected: what pages use, not the packages' development builds and source maps."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedStaticFiles(StaticFilesConfig):
    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "*-dev.js",
        "*.d.ts",
        "*.d.mts",
        "*.mjs",
        "*.cjs.js",
        "*.esm.js",
        "*.gz",
        "maplibre-gl-unminified*",
        "maplibre-gl.js",
        "inter-*-italic.woff2",
        "inter-*-standard-*",
        "rest_framework",  # no browsable API
    ]
