"""
Costs of each file of the corpus, in a separate process, and the results of other readers for the files that we
accept.
"""

from pathlib import Path

import pytest

from .corpus.cases import CASES
from .corpus.report import MOST_MB, MOST_YARDS, REFUSES, Result, report

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("corpus")]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    folder: Path = tmp_path_factory.mktemp("corpus")
    return report(folder)


def test_results_are_as_expected(results: list[Result]) -> None:
    found = {result.case.name: (result.refused, result.rows) for result in results}
    assert found == {case.name: (case.refused, case.rows) for case in CASES.values()}


def test_refusals_are_quick_and_small(results: list[Result]) -> None:
    refused = [result for result in results if result.refused and not result.is_full]
    dear = [result for result in refused if result.is_expensive]
    assert {one.case.name: (one.ms, one.yards, one.mb) for one in dear} == {}


def test_refusing_a_full_list_late_stays_within_the_cost_limit(results: list[Result]) -> None:
    # The strict reader reads all 10,000 rows; an accepted list takes the fast path and can't show this.
    (refused,) = (one for one in results if one.case.name == "full to the brim, with a fault in its last row")
    assert (refused.yards < MOST_YARDS, refused.mb < MOST_MB) == (True, True)


def test_files_stay_within_the_cost_limit(results: list[Result]) -> None:
    assert {one.case.name: (one.ms, one.yards, one.mb) for one in results if one.is_too_much_work} == {}


@pytest.mark.parametrize("reader", ["calamine", "openpyxl"])
def test_other_readers_agree_except_for_known_errors(results: list[Result], reader: str) -> None:
    taken = [result for result in results if not result.refused]
    said = {one.case.name: getattr(one, reader) for one in taken}
    other = {name: verdict for name, verdict in said.items() if verdict not in ("agrees", REFUSES)}
    assert other.keys() == {one.case.name for one in taken if getattr(one.case, reader)}
