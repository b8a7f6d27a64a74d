"""Collected static files: imports use hashed names, and pages preload every imported module."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

pytestmark = pytest.mark.db_independent

STATIC, TEMPLATES = settings.BASE_DIR / "static", settings.BASE_DIR / "templates"
MODULES = sorted((STATIC / "js").rglob("*.js"))
IMPORTED = re.compile(r'^(?:import|\} from) ?[^"]*"(?P<name>[^"]+)";?$', re.MULTILINE)
HASHED = re.compile(r"[a-z_]+\.[0-9a-f]{12}\.js")
STORAGE = {"BACKEND": "gradereg.static_files.HashedStaticFilesStorage"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES | {"staticfiles": STORAGE}):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder


def hashed(collected: Path, name: str) -> str:
    """Return the text of the collected file that pages link to."""
    paths: dict[str, str] = json.loads((collected / "staticfiles.json").read_text())["paths"]
    return (collected / paths[name]).read_text()


def imports(module: Path) -> set[Path]:
    return {(module.parent / name).resolve() for name in IMPORTED.findall(module.read_text())}


def closure(*modules: Path) -> set[Path]:
    """Return these modules and all that they import, directly or not."""
    found, left = set(modules), list(modules)
    while left:
        new = imports(left.pop()) - found
        found |= new
        left += new
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_imports_use_hashed_names(collected: Path, module: Path) -> None:
    source = module.read_text()
    names = IMPORTED.findall(hashed(collected, str(module.relative_to(STATIC))))
    assert len(names) == len(re.findall(r'"\.\.?/', source))  # none is missed by the pattern
    folder = collected / module.parent.relative_to(STATIC)
    assert [name for name in names if not HASHED.fullmatch(Path(name).name)] == []
    assert [name for name in names if not (folder / name).is_file()] == []


def test_some_modules_import_others() -> None:
    assert len(closure(STATIC / "js/grade_sheet/main.js")) > 10


def test_style_sheet_imports_every_component(collected: Path) -> None:
    whole = hashed(collected, "css/gradereg.css")
    assert "@import" not in whole
    components = [path for path in (STATIC / "css").glob("*.css") if path.name != "gradereg.css"]
    assert [path.name for path in components if path.read_text() not in whole] == []
    assert sum(len(path.read_text()) for path in components) > 40_000


@pytest.mark.parametrize("path", sorted((STATIC / "css").glob("*.css")), ids=lambda path: path.stem)
def test_components_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 150


SCRIPT = re.compile(r'<script type="module" src="\{% static "(?P<name>[^"]+)" %\}">')
PRELOAD = re.compile(r'<link rel="modulepreload" href="\{% static "(?P<name>[^"]+)" %\}">')
PAGES = ["grading/_modules.html", "grading/read_back.html", "training/session.html", "training/poster.html"]


@pytest.mark.parametrize("template", ["components/_modules.html", *PAGES])
def test_pages_preload_every_module(template: str) -> None:
    text = (TEMPLATES / template).read_text()
    scripts = {STATIC / name for name in SCRIPT.findall(text)}
    preloaded = {STATIC / name for name in PRELOAD.findall(text)}
    already = set() if template == "components/_modules.html" else closure(STATIC / "js/page.js")
    assert scripts
    assert preloaded == closure(*scripts) - scripts - already
