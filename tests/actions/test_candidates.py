"""Candidates added by hand."""

from typing import Any

import pytest

from committees.actions.candidates import add_candidates, plan_candidates
from committees.actions.effects import NotAgreed
from committees.actions.placement import split_evenly
from committees.audit.verification import violations
from committees.enums import LogAction, NotificationKind
from committees.errors import Refusal
from committees.files.candidate_list import read_candidate_list
from committees.models import Candidate, Committee, Exam, Notification
from tests.conftest import People, agreeing, candidate, confirm, confirm_all, grade, said, stage
from tests.factories import CommitteeFactory, ExamFactory
from tests.refusals import refused


def add(people: People, text: str, **values: Any) -> Any:
    return add_candidates(people.exam, read_candidate_list(text), by=people.per, **values)


def problems(exam: Exam, text: str, default: int | None = None) -> list[tuple[int, str]]:
    plan = plan_candidates(exam, read_candidate_list(text), default)
    return [(one.line, one.sentence) for one in plan.problems]


def places(exam: Exam) -> dict[str, int | None]:
    return dict(exam.candidates.by_number().values_list("number", "committee__number"))


def test_new_candidates_are_added_in_one_act(people: People) -> None:
    plan = add(people, "10021\t1\tvera@ntnu.no\n10022\t\tsofie@ntnu.no\tSofie Å\n10001\n")
    assert ([one.number for one in plan.new], plan.unchanged) == (["10021", "10022"], ["10001"])
    made = Candidate.objects.filter(number__startswith="1002").by_number()
    assert list(made.values_list("number", "committee__number", "feide_name", "name")) == [
        ("10021", 1, "vera@ntnu.no", "Vera"),
        ("10022", None, "sofie@ntnu.no", "Sofie Å"),
    ]
    entry = people.exam.log.get(action=LogAction.CANDIDATES_ADDED)
    assert (entry.by, entry.changes) == (people.per, {"10021": ["", "1"], "10022": ["", ""]})
    assert (said(entry)["added"], said(entry)["completed"]) == (2, 0)
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (
            "10021\t\tnew@uio.no\tNew\n10022\t\tnew@uio.no\tNew",
            [(1, "New has several candidate numbers: 10021, 10022.")],
        ),
        ("10021\tEva Vik\n10022\teva vik", [(1, "Eva Vik has several candidate numbers: 10021, 10022.")]),
        ("10021\ta@uio.no\tEva Vik\n10022\tb@uio.no\tEva Vik", []),
        ("10021\tsofie@ntnu.no", [(1, "Sofie has several candidate numbers: 10001, 10021.")]),
        ("10021\tkari@ntnu.no", [(1, "Kari is both a grader and a candidate (10021).")]),
        ("10001\tsofie@ntnu.no", []),
    ],
)
def test_people_with_two_numbers_and_graders_are_named(
    people: People, text: str, warnings: list[tuple[int, str]]
) -> None:
    people.exam.candidates.filter(number="10001").update(feide_name="sofie@ntnu.no", name="Sofie")
    plan = add(people, text)
    assert [(one.line, one.sentence) for one in plan.warnings] == warnings


def test_what_a_candidate_lacks_is_completed(people: People) -> None:
    people.exam.candidates.filter(number="10003").update(committee=None, feide_name="", name="")
    add(people, "10003\t2\tvera@ntnu.no\n")
    found = candidate("10003")
    assert (found.committee, found.feide_name, found.name) == (people.two, "vera@ntnu.no", "Vera")
    assert people.exam.log.get(action=LogAction.CANDIDATES_ADDED).changes == {"10003": ["", "2"]}


def test_the_default_committee_is_for_candidates_without_one(people: People) -> None:
    people.exam.candidates.filter(number="10003").update(committee=None)
    add(people, "10003\n10013\n10021\n10022 1", default=2)
    assert places(people.exam) == {
        "10001": 1, "10002": 1, "10003": 2, "10013": 2, "10014": 2, "10021": 2, "10022": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("10021 3", "The exam has no committee 3. Add it first, or leave the committee out."),
        ("10001 2", "10001 is already in Committee 1. Move the candidate on the Candidates page."),
        ("010001", "010001 is the same as candidate 10001, except for leading zeros."),
        ("10001 vera@ntnu.no", "10001 already belongs to another person. Check the number."),
        ("x", "“x” is not a candidate number."),
    ],
)
def test_lines_that_contradict_the_exam_are_left_out_with_their_reason(
    people: People, line: str, sentence: str
) -> None:
    people.exam.candidates.filter(number="10001").update(feide_name="sofie@ntnu.no")
    before = places(people.exam)
    assert problems(people.exam, f"10014\n{line}") == [(2, sentence)]
    add(people, f"10014\n{line}")
    assert (places(people.exam), people.exam.log.count()) == (before, 0)


def test_nobody_joins_a_confirmed_committee(people: People) -> None:
    confirm_all(people.exam)
    assert problems(people.exam, "10021 1") == [
        (1, "Committee 1 is confirmed, so 10021 can’t be added to it. Reopen it first.")
    ]
    add(people, "10021")
    assert (places(people.exam)["10021"], stage(people.one)) == (None, "confirmed")


def test_confirmations_that_would_end_are_asked_for_first(people: People) -> None:
    confirm(people.kari, people.one)
    with pytest.raises(NotAgreed):
        add(people, "10021 1")
    assert "10021" not in places(people.exam)
    agreeing(add, people, "10021 1")
    assert stage(people.one) == "not-started"
    assert Notification.objects.get(person=people.kari).kind == NotificationKind.MOVED
    assert list(violations()) == []


def test_a_preview_that_no_longer_holds_adds_nobody(people: People) -> None:
    shown = plan_candidates(people.exam, read_candidate_list("10021\n10022")).fingerprint
    add(people, "10021")
    with refused(Refusal.CANDIDATE_LIST_STALE):
        add(people, "10021\n10022", shown=shown)
    assert "10022" not in places(people.exam)


def test_only_a_planner_of_the_exam_adds_candidates(people: People) -> None:
    with refused(Refusal.NOT_PLANNER):
        add_candidates(people.exam, read_candidate_list("10021"), by=people.petra)


def test_candidates_of_an_unlogged_exam_that_get_lost_are_found(people: People) -> None:
    add(people, "10021 1")
    Candidate.objects.filter(number="10021").delete()
    assert "candidate 10021" in "\n".join(str(one) for one in violations())


# Splitting


def exam_with(people: People, committees: int, numbers: list[str]) -> Exam:
    """An exam of per's with these numbers in no committee."""
    exam = ExamFactory.create(planners=[people.per])
    for number in range(1, committees + 1):
        CommitteeFactory.create(exam=exam, number=number, graders=[people.kari])
    Candidate.objects.bulk_create(Candidate(exam=exam, number=number) for number in numbers)
    return exam


def committees_of(exam: Exam) -> list[Committee]:
    return list(exam.committees.all())


def test_candidates_are_split_between_committees_as_neighbours(people: People) -> None:
    exam = exam_with(people, 2, ["9", "10", "11", "12", "13"])
    assert split_evenly(exam, committees_of(exam), everybody=False, by=people.per) == 5
    assert places(exam) == {"9": 1, "10": 1, "11": 1, "12": 2, "13": 2}
    assert exam.log.get().action == LogAction.CANDIDATES_MOVED


def test_the_smallest_committee_is_filled_first(people: People) -> None:
    exam = exam_with(people, 2, ["1", "2", "3", "4", "5"])
    exam.candidates.filter(number__in=["1", "2", "3"]).update(committee=exam.committees.get(number=1))
    split_evenly(exam, committees_of(exam), everybody=False, by=people.per)
    assert places(exam) == {"1": 1, "2": 1, "3": 1, "4": 2, "5": 2}


def test_everybody_of_the_committees_is_split_anew_with_the_grades(people: People) -> None:
    grade(people.kari, people.one, c10003="B")
    agreeing(split_evenly, people.exam, [people.two], everybody=True, by=people.per)
    people.exam.candidates.filter(number__in=["10013", "10014"]).update(committee=people.one)
    split_evenly(people.exam, [people.one, people.two], everybody=True, by=people.per)
    assert places(people.exam) == {"10001": 1, "10002": 1, "10003": 1, "10013": 2, "10014": 2}
    assert candidate("10003").grade == "B"


def test_nobody_to_split_and_confirmed_committees_are_refused(people: People) -> None:
    with refused(Refusal.NOTHING_TO_SPLIT):
        split_evenly(people.exam, [people.one], everybody=False, by=people.per)
    with refused(Refusal.NOTHING_TO_SPLIT):
        split_evenly(people.exam, [], everybody=True, by=people.per)
    confirm_all(people.exam)
    Candidate.objects.create(exam=people.exam, number="10021")
    with refused(Refusal.CANDIDATES_CONFIRMED):
        split_evenly(people.exam, [people.one], everybody=False, by=people.per)
