"""Static files: names with a hash of their content, so that a browser keeps them for a year and never a stale one."""

from __future__ import annotations

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PlainStaticFiles(StaticFilesStorage):
    """Development and unit tests: files as they lie."""


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """JavaScript modules import by bare name through the import map (`core.templatetags.imports`): Django's own
    rewriting of import statements mangles some of them. Relative imports keep working, with the plain names."""

    support_js_module_import_aggregation = False
    # Only what style sheets themselves load: Django would also look for source maps, which we do not collect.
    patterns = tuple(
        (name, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for name, rules in CompressedManifestStaticFilesStorage.patterns
        if name == "*.css"
    )
    manifest_strict = True
