"""Storage of collected static files with hashed names, which browsers may cache for ever."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# It has only imports. They are joined, or browsers would fetch each component before rendering.
STYLE_SHEET = "css/gradereg.css"
IMPORT = re.compile(r'@import "(?P<name>[^"]+)";')

Paths = dict[str, tuple[Storage, str]]


class CollectedFilesConfig(StaticFilesConfig):
    """Static files without htmx's extensions, which we don't use: their comments would be read as imports."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # has no types
    """Storage that also hashes the names in imports of ES modules, and joins the components of the style sheet."""

    support_js_module_import_aggregation = True
    # Each pass updates the importers of what the last pass changed: a chain of imports needs a pass per link.
    max_post_process_passes = 12

    def post_process(self, paths: Paths, *args: Any, **options: Any) -> Iterator[Any]:
        if STYLE_SHEET in paths:
            paths = paths | {STYLE_SHEET: (_join(paths), STYLE_SHEET)}
        yield from super().post_process(paths, *args, **options)


def _join(paths: Paths) -> Storage:
    def read(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode())

    joined = IMPORT.sub(lambda found: read(f"css/{found['name']}"), read(STYLE_SHEET))
    storage = InMemoryStorage()
    storage.save(STYLE_SHEET, ContentFile(joined.encode()))
    return storage
