"""Each file of the corpus has its expected result. test_corpus_costs.py checks the costs."""

import pytest

from committees.files.grade_sheet import read_grade_sheet, sentence_of
from committees.files.xlsx import UnreadableFile

from .corpus.case import outcomes
from .corpus.cases import CASES


def test_corpus_has_enough_good_and_bad_files() -> None:
    refused = sum(bool(case.refused) for case in CASES.values())
    assert (refused >= 260, len(CASES) - refused >= 260) == (True, True)


def test_harmless_markup_is_accepted() -> None:
    justified = {case.name: case.refused for case in CASES.values() if case.because}
    assert (len(justified) >= 120, {name for name, refused in justified.items() if refused}) == (True, set())


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.refused])
def test_accepted_files_give_their_rows(name: str) -> None:
    case = CASES[name]
    assert outcomes(case.build()) == case.rows


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused])
def test_refusals_advise_what_to_do(name: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_grade_sheet(CASES[name].build())
    sentence = sentence_of(refused.value)
    assert (refused.value.code, sentence[-1], "%(" in sentence) == (CASES[name].refused, ".", False)
    assert 40 < len(sentence) < 500
