"""The corpus: each of its files comes to what is expected of it. test_corpus_costs.py has what it costs."""

import pytest

from committees.files.grade_sheet import read_grade_sheet
from committees.files.xlsx import UnreadableFile

from .corpus.case import outcomes
from .corpus.cases import CASES


def test_the_corpus_has_more_refused_files_than_taken_ones_and_enough_of_both() -> None:
    refused = sum(bool(case.refused) for case in CASES.values())
    assert (refused >= 260, len(CASES) - refused >= 260) == (True, True)


def test_no_file_is_refused_for_what_changes_no_value() -> None:
    justified = {case.name: case.refused for case in CASES.values() if case.because}
    assert (len(justified) >= 120, {name for name, refused in justified.items() if refused}) == (True, set())


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.refused])
def test_every_file_that_is_taken_comes_to_its_rows(name: str) -> None:
    case = CASES[name]
    assert outcomes(case.build()) == case.rows


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused])
def test_every_refusal_says_in_a_sentence_what_to_do(name: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_grade_sheet(CASES[name].build())
    sentence = str(refused.value.sentence)
    assert (refused.value.code, sentence[-1], "{" in sentence) == (CASES[name].refused, ".", False)
    assert 40 < len(sentence) < 500
