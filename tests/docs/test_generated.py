"""Generated pages have the tables that the tests use."""

from tests.access import table as pages
from tests.admin import table as support
from tests.docs.generated import read_page
from tests.files.corpus.cases import CASES
from tests.files.corpus.report import summary


def test_access_page_has_both_tables() -> None:
    page = read_page("access")
    assert pages.markdown(pages.TABLE, [pages.WHO[role] for role in pages.ROLES]) in page
    assert pages.markdown(support.TABLE, support.ROLES) in page


def test_corpus_page_has_the_outcome_of_each_file() -> None:
    rows = [
        [cell.strip() for cell in line[1:].split(" | ")]
        for line in read_page("corpus").splitlines()
        if line.startswith("| ")
    ]
    outcomes = {
        name.strip(): f"refused: `{case.refused}`" if case.refused else summary(case.rows)
        for name, case in CASES.items()
    }
    assert {row[0]: row[2] for row in rows[1:]} == outcomes
