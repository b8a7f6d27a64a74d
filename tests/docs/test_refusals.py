"""The page of refusals has every code with its sentence, and each sentence can be formatted in each language."""

import re

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from committees.errors import Refusal
from committees.files.grade_sheet import FileProblem
from training.errors import TrainingRefusal

from .refusals import PAGE, page

EVERY: list[TextChoices] = [*Refusal, *TrainingRefusal, *FileProblem]


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page()


def test_codes_are_listed_once() -> None:
    codes = [code.value for code in EVERY]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code)] == []


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_sentences_have_the_same_parameters_in_each_language(language: str) -> None:
    with translation.override("en"):
        wanted = {code: params_of(str(code.label)) for code in EVERY}
    with translation.override(language):
        assert {code: params_of(str(code.label)) for code in EVERY} == wanted
        assert all(str(code.label) % dict.fromkeys(wanted[code], "x") for code in EVERY)


def params_of(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", sentence))
