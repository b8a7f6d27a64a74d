"""The corpus: each of its files comes to what is expected of it, at little cost, and as other readers read it."""

from pathlib import Path

import pytest

from committees.files.grade_sheet import read_grade_sheet
from committees.files.xlsx import UnreadableFile

from .corpus.cases import CASES
from .corpus.report import MOST_MB, MOST_YARDS, REFUSES, Result, report

pytestmark = pytest.mark.xdist_group("corpus")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    folder: Path = tmp_path_factory.mktemp("corpus")
    return report(folder)


def test_the_corpus_has_more_refused_files_than_taken_ones_and_enough_of_both() -> None:
    refused = sum(bool(case.refused) for case in CASES.values())
    assert (refused >= 260, len(CASES) - refused >= 260) == (True, True)


def test_no_file_is_refused_for_what_changes_no_value() -> None:
    justified = {case.name: case.refused for case in CASES.values() if case.because}
    assert (len(justified) >= 120, {name for name, refused in justified.items() if refused}) == (True, set())


def test_every_file_comes_to_what_is_expected(results: list[Result]) -> None:
    found = {result.case.name: (result.refused, result.rows) for result in results}
    assert found == {case.name: (case.refused, case.rows) for case in CASES.values()}


def test_every_refusal_is_quick_and_small(results: list[Result]) -> None:
    refused = [result for result in results if result.refused and not result.is_full]
    dear = [result for result in refused if result.is_dear]
    assert {one.case.name: (one.ms, one.yards, one.mb) for one in dear} == {}


def test_a_full_list_costs_no_more_yardsticks_to_refuse_at_its_end_than_any_refusal_may(
    results: list[Result],
) -> None:
    # All of it is walked, 10,000 rows; a list that is taken is read in a quicker way, and says nothing of this.
    (refused,) = (one for one in results if one.case.name == "full to the brim, with a fault in its last row")
    assert (refused.yards < MOST_YARDS, refused.mb < MOST_MB) == (True, True)


def test_no_file_costs_more_than_a_file_may(results: list[Result]) -> None:
    assert {one.case.name: (one.ms, one.yards, one.mb) for one in results if one.is_too_much_work} == {}


@pytest.mark.parametrize("reader", ["calamine", "openpyxl"])
def test_other_readers_read_what_we_read_but_where_they_are_known_to_be_wrong(
    results: list[Result], reader: str
) -> None:
    taken = [result for result in results if not result.refused]
    said = {one.case.name: getattr(one, reader) for one in taken}
    other = {name: verdict for name, verdict in said.items() if verdict not in ("agrees", REFUSES)}
    assert other.keys() == {one.case.name for one in taken if getattr(one.case, reader)}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused])
def test_every_refusal_says_in_a_sentence_what_to_do(name: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_grade_sheet(CASES[name].build())
    sentence = str(refused.value.sentence)
    assert (refused.value.code, sentence[-1], "{" in sentence) == (CASES[name].refused, ".", False)
    assert 40 < len(sentence) < 500
