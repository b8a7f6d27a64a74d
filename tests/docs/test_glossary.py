"""Names in docs/reference/glossary.md exist in the code."""

import re

from tests.docs.generated import DOCS

PACKAGES = ("gradereg", "committees", "fs", "training")
ROW = r"^\| (?!term |---)(?P<term>[^|]+) \| [^|]+ \| (?P<names>[^|]+) \| (?P<nb>[^|]*) \| (?P<nn>[^|]*) \|$"


def test_names_exist_in_the_code() -> None:
    code = {
        name
        for package in PACKAGES
        for path in (DOCS.parent / package).rglob("*.py")
        for name in [
            *re.findall(r"\w+", path.read_text()),
            *path.relative_to(DOCS.parent).with_suffix("").parts,
        ]
    }
    rows = list(re.finditer(ROW, (DOCS / "reference/glossary.md").read_text(), re.MULTILINE))
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row["names"])}
    assert len(named) > 50
    assert named - code == set()


def test_terms_are_unique() -> None:
    terms = [
        row["term"] for row in re.finditer(ROW, (DOCS / "reference/glossary.md").read_text(), re.MULTILINE)
    ]
    assert sorted(set(terms)) == sorted(terms)
