"""Pages for people: links, named tests, lengths."""

import re
from pathlib import Path

import pytest

from tests.docs.generated import DOCS
from tests.files.corpus.cases import CASES

ROOT = DOCS.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
PROSE = [page for page in PAGES if page.parent.name != "generated"]


def path_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """Return the anchors of the page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> set[str]:
    """Return the targets of the page's links and pictures, except web addresses."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    return {one for one in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", one)}


@pytest.mark.parametrize("page", PAGES, ids=path_of)
def test_links_resolve(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_index_links_every_page() -> None:
    index = DOCS / "index.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in links(index)}
    assert {path_of(page) for page in DOCS.rglob("*.md")} - {
        path_of(page) for page in linked | {index}
    } == set()


@pytest.mark.parametrize("page", PROSE, ids=path_of)
def test_named_files_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:committees|fs|gradereg|training|tests|benchmarks|docs)/[\w./]+)`", page.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_modules_of_the_architecture_page_exist() -> None:
    page = (DOCS / "explanation/architecture.md").read_text()
    modules = set(re.findall(r"`([a-z_]+/(?:[a-z_]+/)*(?:\w+\.py)?|[a-z_]+\.py)`", page))
    folders = [ROOT, ROOT / "committees", ROOT / "committees/files", ROOT / "training"]
    assert len(modules) > 15
    assert {name for name in modules if not any((one / name).exists() for one in folders)} == set()


@pytest.mark.parametrize(("name", "limit"), [("README.md", 100), ("docs/explanation/trust.md", 120)])
def test_page_is_short(name: str, limit: int) -> None:
    assert len((ROOT / name).read_text().splitlines()) <= limit


def test_trust_page_names_a_test_per_promise() -> None:
    rows = re.findall(r"^\| (?!promise|---)(.+)$", (DOCS / "explanation/trust.md").read_text(), re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if "`tests/" not in row and "`make audit`" not in row] == []


def test_spreadsheet_page_has_every_refusal_of_the_corpus() -> None:
    page = (DOCS / "reference/spreadsheets.md").read_text()
    codes = {case.refused for case in CASES.values() if case.refused}
    assert len(codes) > 40
    assert {code for code in codes if f"`{code}`" not in page} == set()


def test_pages_named_in_the_code_exist() -> None:
    folders = ("gradereg", "committees", "fs", "training", "benchmarks", "tests", "templates", "bin", ".ci")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    sources = [path for path in [ROOT / "Makefile", *files] if path.suffix in {"", ".py", ".html"}]
    named = {
        (path_of(path), name)
        for path in sources
        for name in re.findall(r"docs/[\w/-]+\.md", path.read_text())
    }
    assert len(named) > 5
    assert {(path, name) for path, name in named if not (ROOT / name).exists()} == set()
