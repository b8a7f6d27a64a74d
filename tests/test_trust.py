"""The page of promises: what it names is there, and its tables are those of the tests."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.access import table as pages
from tests.admin import table as support
from tests.files.corpus.cases import CASES
from tests.files.corpus.report import summary

pytestmark = [pytest.mark.db_independent, pytest.mark.slow]

PAGE = Path(settings.BASE_DIR, "docs", "trust.md").read_text()


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"tests/[\w/]+(?:\.py)?", PAGE))
    assert len(named) > 25
    assert {name for name in named if not Path(settings.BASE_DIR, name).exists()} == set()


def test_its_tables_of_routes_are_those_that_are_tested() -> None:
    assert pages.markdown(pages.TABLE, [pages.WHO[role] for role in pages.ROLES]) in PAGE
    assert pages.markdown(support.TABLE, support.ROLES) in PAGE


def test_its_table_of_files_has_each_file_of_the_corpus_and_its_outcome() -> None:
    table = PAGE.split("Every file of the corpus")[1].split("</details>")[0]
    rows = [
        [cell.strip() for cell in line[1:].split(" | ")]
        for line in table.splitlines()
        if line.startswith("| ")
    ]
    outcomes = {
        name.strip(): f"refused: `{case.refused}`" if case.refused else summary(case.rows)
        for name, case in CASES.items()
    }
    assert {row[0]: row[2] for row in rows[1:]} == outcomes
