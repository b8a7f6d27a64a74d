"""
No package names pages, templates or modules of a package that it may not import.

gradereg may name every package, and every package may name gradereg's pages and templates.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.demo_site import ROOT

PACKAGES = ("gradereg", "committees", "fs", "training")
FOREIGN = {"committees": {"fs", "training"}, "fs": {"committees", "training"}, "training": {"fs"}}
TEMPLATES = ROOT / "templates"
OF_THE_SITE = {"admin", "bootstrap5", "components", "registration"}
"""Folders of templates; those at the top belong to gradereg."""
TAG = re.compile(r"""{%\s*(url|include|extends|load)\s+(.*?)\s*%}""", re.DOTALL)
NAVIGATION = {"redirect", "resolve_url", "reverse", "reverse_lazy"}
Use = tuple[str, str]
"""Patterns of names: `url`, `template`, `load` or `module`, and the name."""


def package_of_template(name: str) -> str:
    folder = name.split("/")[0] if "/" in name else ""
    if not folder or folder in OF_THE_SITE:
        return "gradereg"
    return folder if folder in PACKAGES else "committees"


def url_names(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name of each route with the package of its view."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from url_names(one, f"{one.namespace}:" if one.namespace else namespace)
        elif isinstance(one, URLPattern) and one.name:
            view = getattr(one.callback, "view_class", one.callback)
            yield f"{namespace}{one.name}", view.__module__.split(".")[0]


URLS = dict([*url_names(get_resolver("gradereg.urls")), *url_names(get_resolver("gradereg.practice_urls"))])
LIBRARIES = {"icons": "gradereg"} | {
    file.stem: package for package in PACKAGES for file in (ROOT / package).glob("templatetags/[!_]*.py")
}


def uses_in_template(source: str) -> Iterator[Use]:
    for tag, arguments in TAG.findall(source):
        if tag == "load":
            yield from (("load", name) for name in arguments.split())
        elif arguments[0] in "\"'":
            yield "url" if tag == "url" else "template", arguments[1:].split(arguments[0])[0]


def uses_in_python(source: str) -> Iterator[Use]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in NAVIGATION:
                yield "url", str(node.args[0].value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"[\w/-]+\.(html|txt|svg)", node.value):
                yield "template", node.value
            elif re.fullmatch(r"\w+:[\w-]+", node.value):
                yield "url", node.value
            elif re.fullmatch(r"\w+(\.\w+)+", node.value):
                yield "module", node.value


def owner(use: Use) -> str:
    """Return the package of the name, "" if it is not one of ours."""
    kind, name = use
    if kind == "template":
        return package_of_template(name) if (TEMPLATES / name).exists() else ""
    if kind == "module":
        package, module = name.split(".")[:2]
        is_ours = any((ROOT / package / end).exists() for end in (module, f"{module}.py"))
        return package if package in PACKAGES and is_ours else ""
    return (URLS if kind == "url" else LIBRARIES).get(name, "")


def sources(package: str) -> Iterator[tuple[Path, Iterator[Use]]]:
    for file in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in file.parts:
            yield file, uses_in_python(file.read_text())
    for file in sorted(TEMPLATES.rglob("*.*")):
        if package_of_template(str(file.relative_to(TEMPLATES))) == package:
            yield file, uses_in_template(file.read_text())


def test_all_kinds_of_use_are_found() -> None:
    template = '{% extends "base.html" %}{% load i18n board %}{% url \'fs:exam\' 1 as x %}{% include "training/end.html" %}'
    assert [owner(one) for one in uses_in_template(template)] == [
        "gradereg",
        "",
        "training",
        "fs",
        "training",
    ]
    code = """
reverse("rehearse", args=[1])
render(request, "fs/exam.html")
kind = "fs:studentweb"
import_string("fs.backend.SimulatedFs")
"plain.text"
"""
    assert [found for one in uses_in_python(code) if (found := owner(one))] == [
        "training",
        "fs",
        "fs",
        "fs",
    ]


def test_all_packages_are_searched() -> None:
    assert {owner(one) for _file, uses in sources("committees") for one in uses} >= {"committees", "gradereg"}
    assert set(URLS.values()) >= set(PACKAGES)
    assert {package_of_template(str(one.relative_to(TEMPLATES))) for one in TEMPLATES.rglob("*.html")} == set(
        PACKAGES
    )


@pytest.mark.parametrize("package", FOREIGN)
def test_packages_name_only_what_they_may_import(package: str) -> None:
    found = [
        (str(file.relative_to(ROOT)), *one)
        for file, uses in sources(package)
        for one in uses
        if owner(one) in FOREIGN[package]
    ]
    assert found == []
