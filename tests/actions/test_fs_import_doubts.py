"""Contradicting lines of FS files, keys that differ by case, and people named twice."""

import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.fs_import import preview_import
from committees.actions.planning import change_exam, create_exam
from committees.errors import Refusal
from committees.models import Candidate, Exam, Grader
from tests.actions.importing import NEW, OLD, given, imported, old_rows, told
from tests.conftest import People
from tests.factories import ExamFactory
from tests.refusals import refused
from tests.views.html import page_of

KEY = "194;DUPX1;1;M1;HØST;2026"
EXAM = f"{KEY};2026-11-20T09:00;R7;"
NFD = "VA\N{COMBINING RING ABOVE}R"


def plan_of(people: People, **lines: list[str]) -> tuple[list[tuple[str, int, str]], list[str]]:
    """Return the problems and the warnings of a preview."""
    plan = preview_import(given(people.per, **lines))
    return told(plan), [str(one.sentence) for one in plan.warnings]


def test_contradicting_lines_are_not_read(people: People) -> None:
    candidates = [f"abc1;{KEY};12;1;", f"abc1;{KEY};12;1;", f"abc2;{KEY};12;2;", f"abc3;{KEY};13;1;"]
    plan = preview_import(given(people.per, exams=[EXAM], candidates=candidates))
    first = (
        "This line does not agree with line 3 (brukernavn: “abc1@ntnu.no”, “abc2@ntnu.no”; kommislopenr: “1”, “2”), "
        "so neither was used."
    )
    last = (
        "This line does not agree with line 1 (brukernavn: “abc2@ntnu.no”, “abc1@ntnu.no”; kommislopenr: “2”, “1”), "
        "so neither was used."
    )
    assert told(plan) == [("candidates", 1, first), ("candidates", 2, first), ("candidates", 3, last)]
    assert [one.number for one in plan.new_candidates] == ["13"]


def test_identical_lines_are_read_once(people: People) -> None:
    candidates = [f"abc1;{KEY};12;1;", f"Abc1@NTNU.no;{KEY};12;01;99999999"]
    plan = preview_import(given(people.per, exams=[EXAM], candidates=candidates))
    assert told(plan) == [("candidates", 2, "This line repeats line 1, which was used instead.")]
    assert [one.number for one in plan.new_candidates] == ["12"]


@pytest.mark.parametrize(
    ("lines", "difference"),
    [
        ({"exams": [EXAM, f"{KEY};2026-11-21T09:00;R7;"]}, "datetime: “2026-11-20”, “2026-11-21”"),
        ({"exams": [EXAM, f"{KEY};2026-11-20T09:00;R8;"]}, "place: “R7”, “R8”"),
        (
            {"exams": [EXAM], "committees": [f"{KEY};1;P;kari;N", f"{KEY};1;P;Kari@ntnu.no;J"]},
            "ekstern: “N”, “J”",
        ),
        (
            {"exams": [EXAM], "committees": [f"{KEY};1;P;kari;N", f"{KEY};01;Q;ola;N"]},
            "kommisjonsnavn: “P”, “Q”",
        ),
        ({"exams": [EXAM], "candidates": [f"a;{KEY};1;1;", f"a;{KEY};01;1;"]}, "kandidatlopenr: “1”, “01”"),
    ],
)
def test_contradiction_names_the_difference(
    people: People, lines: dict[str, list[str]], difference: str
) -> None:
    problems, _warnings = plan_of(people, **lines)
    file = list(lines)[-1]
    assert [(name, line) for name, line, _sentence in problems][:2] == [(file, 1), (file, 2)]
    assert f"This line does not agree with line 2 ({difference}), so neither was used." == problems[0][2]


def test_ten_thousand_lines_of_a_candidate_are_compared_quickly(people: People) -> None:
    same = [f"abc1;{KEY};12;1;"] * 10_000
    problems, _warnings = plan_of(people, exams=[EXAM], candidates=[*same, f"abc2;{KEY};12;1;"])
    assert len(problems) == 10_001


def same_but_for_case(key: str, exam: str) -> str:
    """Return the problem of a line whose key is that of `exam` in other letters."""
    return (
        f"The key {key} is the same as that of the exam {exam}, except for upper and lower case. Correct the one that is "
        "wrong."
    )


@pytest.mark.parametrize("key", ["194;dupx1;1;m1;høst;2026", "194;DupX1;1;M1;HØST;2026"])
def test_keys_differing_by_case_are_a_problem(people: People, key: str) -> None:
    sentence = same_but_for_case(key, KEY)
    problems, _warnings = plan_of(
        people,
        exams=[EXAM, f"{key};2026-11-20T09:00;R7;"],
        committees=[f"{key};1;P;kari;N"],
        candidates=[f"a;{key};1;1;"],
    )
    assert problems == [("exams", 2, sentence), ("committees", 1, sentence), ("candidates", 1, sentence)]


@pytest.mark.parametrize(
    ("there", "named"), [("TDT4100", "tdt4100"), ("tdt4100x", "TDT4100X"), ("ØKO1", "øko1"), ("øko1", "ØKO1")]
)
def test_key_differing_by_case_from_an_exam_is_a_problem(people: People, there: str, named: str) -> None:
    if there != "TDT4100":
        ExamFactory.create(emnekode=there, planners=[people.per])
    key = OLD.replace("TDT4100", named)
    problems, _warnings = plan_of(people, exams=[f"{key};2026-11-20T09:00;R7;"])
    exam = OLD.replace("TDT4100", there)
    assert problems == [("exams", 1, same_but_for_case(key, exam))]


def test_unicode_forms_of_a_key_are_equal(people: People) -> None:
    lines = [f"{NEW};2027-05-20T09:00;Hall 3;", f"{NEW.replace('VÅR', NFD)};2027-05-20T09:00;Hall 3;"]
    problems, _warnings = plan_of(people, exams=lines)
    assert problems == [("exams", 2, "This line repeats line 1, which was used instead.")]
    imported(people.per, exams=lines[1:])
    assert Exam.objects.get(emnekode="NEW1000").vurdtidkode == "VÅR"


def test_leading_zeros_make_no_new_candidate(people: People) -> None:
    plan = preview_import(given(people.per, candidates=[*old_rows(without="10003"), f"a;{OLD};010003;1;"]))
    assert told(plan) == [
        (
            "candidates",
            5,
            "Candidate 010003 is the same as candidate 10003, except for leading zeros. Correct the one that is wrong.",
        )
    ]
    assert (plan.new_candidates, plan.dropped) == ([], [])


PEOPLE = [
    f"sofie;{KEY};1;1;",
    f"Sofie@NTNU.no;{KEY};2;1;",
    f"sofie;{KEY};3;1;",
    f"kari;{KEY};4;1;",
]
SEVERAL = "sofie@ntnu.no has several candidate numbers in DUPX1: 1, 2, 3."
GRADER = "kari@ntnu.no is both a grader and a candidate (4) in DUPX1."


def test_repeated_people_and_grading_candidates_are_named(people: People) -> None:
    committees = [f"{KEY};1;Panel;kari;N"]
    files = {"exams": [EXAM], "committees": committees, "candidates": PEOPLE}
    assert plan_of(people, **files) == ([], [SEVERAL, GRADER])
    imported(people.per, **files)
    assert plan_of(people, **files) == ([], [SEVERAL, GRADER])
    assert plan_of(people, committees=committees) == ([], [SEVERAL, GRADER])


def test_person_with_another_number_is_named(people: People) -> None:
    line = f"Sofie@ntnu.no;{OLD};10055;1;"
    sentence = "sofie@ntnu.no has several candidate numbers in TDT4100: 10001, 10055."
    assert plan_of(people, candidates=[*old_rows(), line]) == ([], [sentence])
    # A dropped person has one number.
    assert plan_of(people, candidates=[*old_rows(without="10001"), line]) == ([], [])


def test_committee_that_only_candidates_have_is_named(people: People) -> None:
    committees = [f"{KEY};1;Panel;kari;N"]
    candidates = [f";{KEY};1;1;", f";{KEY};2;7;", f";{KEY};3;07;"]
    warning = (
        "DUPX1 has no Committee 7. It will be added without graders. Is the number of the committee wrong?"
    )
    assert plan_of(people, exams=[EXAM], committees=committees, candidates=candidates) == ([], [warning])
    # Committees often come later than candidates.
    assert plan_of(people, exams=[EXAM], candidates=candidates) == ([], [])
    imported(people.per, exams=[EXAM], committees=committees)
    assert plan_of(people, candidates=candidates) == ([], [warning])


def test_preview_lists_what_to_check(people: People, client: Client) -> None:
    client.force_login(people.per)
    files = given(people.per, exams=[EXAM], candidates=PEOPLE)
    page = page_of(client.get(reverse("import-preview", args=[files.pk])))
    assert page.one("section", data_warnings="1").cells == [["Candidates", "1", SEVERAL]]


def test_readiness_names_doubtful_people_and_keys(people: People, client: Client) -> None:
    client.force_login(people.per)
    Candidate.objects.filter(number__in=["10002", "10013"]).update(feide_name="sofie@ntnu.no")
    Candidate.objects.filter(number="10014").update(feide_name="ola@ntnu.no")
    ExamFactory.create(emnekode="tdt4100")
    assert Grader.objects.filter(committee__exam=people.exam, person=people.ola).exists()
    text = page_of(client.get(reverse("planned-exam", args=[people.exam.pk]))).one("main").text
    for sentence in (
        "sofie@ntnu.no has several candidate numbers: 10001, 10002, 10013.",
        "ola@ntnu.no is both a grader and a candidate (10014) in this exam.",
        f"The exam {OLD.replace('TDT4100', 'tdt4100')} has the same FS key as this one, except for upper and lower case.",
    ):
        assert sentence in text


def test_exam_key_differing_by_case_is_refused(people: People) -> None:
    with refused(Refusal.FS_KEY_SIMILAR, key=OLD):
        create_exam(ExamFactory.build(emnekode="tdt4100"), planners=[], by=people.per)
    edited = Exam.objects.get(pk=people.pass_exam.pk)
    edited.emnekode = "tdt4100"
    with refused(Refusal.FS_KEY_SIMILAR, key=OLD):
        change_exam(edited, planners=[people.per], by=people.per)
    # An exam's own key can change its case.
    edited.emnekode = "lup1001"
    change_exam(edited, planners=[people.per], by=people.per)
    assert Exam.objects.get(pk=people.pass_exam.pk).emnekode == "lup1001"


def test_term_that_no_exam_has_is_named(people: People) -> None:
    misspelled = EXAM.replace("HØST", "HOST")
    plan = preview_import(given(people.per, exams=[EXAM, misspelled]))
    assert [(one.file, one.line) for one in plan.warnings] == [("exams", 2)]
    imported(people.per, exams=[misspelled])
    other = misspelled.replace("DUPX1", "DUPX2")
    assert preview_import(given(people.per, exams=[other])).warnings == []
