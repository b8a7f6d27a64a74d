"""
Acts of everybody in any order, applied to the register and to the model: both must agree on whether the act is
refused, and on everything derived from it. STATE_EXAMPLES is the number of runs; the long form is 1000.
"""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.grade_lists import list_id
from committees.actions.graders import add_grader
from committees.actions.grading import reset_grade, set_grade
from committees.actions.on_behalf import confirm_on_behalf, withdraw_on_behalf
from committees.actions.planning import change_exam, move_candidates, unseat_grader
from committees.actions.transfer import Receipt, deliver_transfer, transfer_grades
from committees.actions.upload_results import (
    accept_proposals,
    correct_row,
    restore_original,
    restore_replaced,
    undo_upload,
)
from committees.actions.uploads import upload_grades
from committees.audit.verification import ExamAudit
from committees.enums import ChangeCode, ConfirmationRule
from committees.errors import Refused
from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.grade_scales import LETTERS
from committees.locking import lock_exam
from committees.models import Candidate, Committee, Exam, Grader, Transfer, Upload, User
from committees.queries.second_look import SheetLine, hints_of_committee
from committees.second_look.paper import as_details
from fs.backend import SimulatedFs
from fs.models import Registration
from tests.conftest import agreeing, teach_fs
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from tests.invariants import Seen, breaches
from tests.state_machine import model
from tests.state_machine.model import Model, NotAllowed, Version

EXAMPLES = int(os.environ.get("STATE_EXAMPLES", "6" if connection.vendor == "sqlite" else "12"))
STEPS = 30
SEATS = {1: ("kari", "ola"), 2: ("ola", "ingrid")}
NUMBERS = {"9": 1, "10": 1, "11": 2}
PEOPLE = ("kari", "ola", "ingrid")

DONE, REFUSED = Counter[str](), Counter[str]()
TABLE = Path("build/trust")

people = st.sampled_from(PEOPLE)
somebody = st.integers(0, 9)
"""The acting person: usually one with the right to act, see `Grading.who`."""
committees = st.sampled_from([1, 2])
numbers = st.sampled_from(list(NUMBERS))
grades = st.sampled_from(["", *"ABC"])
typed_cells = st.dictionaries(numbers, st.sampled_from(["A", "B", "b", "c", "", "?"]))
places_of_rows = st.just({2, 3, 4}) | st.sets(st.integers(2, 4), min_size=1)


class Wire(SimulatedFs):
    """The connection to FS: "up", "down", or "deaf" if the answer is lost."""

    state = "up"

    def deliver(self, name: str, content: bytes) -> list[Receipt]:  # type: ignore[override]
        if self.state == "down":
            raise ConnectionError
        answer = super().deliver(name, content)
        if self.state == "deaf":
            raise ConnectionError
        return list(answer)


class Grading(RuleBasedStateMachine):
    """Kari and ola grade on committee 1, ola and ingrid on committee 2; per plans."""

    lists = Bundle("lists")
    uploads = Bundle("uploads")
    looks = Bundle("looks")

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.people: dict[str, User] = {name: UserFactory.create(username=name) for name in PEOPLE}
        self.per: User = UserFactory.create(username="per", is_planner=True)
        self.exam: Exam = ExamFactory.create(planners=[self.per])
        self.committees: dict[int, Committee] = {
            number: CommitteeFactory.create(
                exam=self.exam,
                number=number,
                graders=[self.people[name] for name in names],
                numbers=[one for one, on in NUMBERS.items() if on == number],
            )
            for number, names in SEATS.items()
        }
        teach_fs(self.exam)
        # Removed seats are still used, as by open pages.
        self.seats = {
            (seat.committee.number, seat.person.username): seat
            for seat in Grader.objects.select_related("committee", "person")
        }
        self.seen: set[Seen] = set()
        self.transfers: list[tuple[Transfer, model.Transfer]] = []
        self.model = Model({number: set(names) for number, names in SEATS.items()}, dict(NUMBERS))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def agree(self, name: str, act: Callable[[], Any], told: Callable[[], Any]) -> tuple[Any, Any] | None:
        """Act in the register and in the model; return both results, or None if both refuse. Counted by `name`."""
        try:
            there = told()
        except NotAllowed:
            with pytest.raises(Refused):
                act()
            REFUSED[name] += 1
            return None
        DONE[name] += 1
        return act(), there

    def candidate(self, number: str) -> Candidate:
        return Candidate.objects.get(exam=self.exam, number=number)

    def committee(self, number: int) -> Committee:
        return Committee.objects.select_related("exam").get(pk=self.committees[number].pk)

    def who(self, number: int, on: int) -> str:
        """Return the person for `number`: one of the committee's active graders, one time in ten anybody."""
        seated = sorted(self.model.seats[on] - self.model.closed)
        chosen = PEOPLE if number == 9 or not seated else seated
        return chosen[number % len(chosen)]

    @initialize(target=uploads, far=st.sampled_from(["uploaded", "uploaded", "transferred", "corrected"]))
    def begin(self, far: str) -> Any:
        """
        Start with an old list that replaced a grade of ola and has a misspelt one, or with everything transferred.
        """
        old_list = self.download(0, 1)
        self.click(1, "9", "C", None, astray=1)
        upload = self.upload(0, old_list, {"9": "A", "10": "b"}, astray=1)
        if far != "uploaded":
            self.click(1, "11", "D", None, astray=1)
            self.transfer("up", finish=True)
            for on in SEATS:
                self.reopen(on, ChangeCode.ERROR)
        if far == "corrected":
            self.click(1, "9", "B", None, astray=1)
            self.transfer("down", finish=True)
        return upload

    # Graders

    @rule(whom=somebody, number=numbers, grade=grades, shown=st.none() | grades, astray=somebody)
    def click(self, whom: int, number: str, grade: str, shown: str | None, astray: int) -> None:
        on = self.model.on[number] if astray else 3 - self.model.on[number]
        who = self.who(whom, on)
        if seat := self.seats.get((on, who)):
            candidate = self.candidate(number)
            self.agree(
                "click",
                lambda: (
                    set_grade(seat, candidate, grade, expected_grade=shown)
                    if grade
                    else reset_grade(seat, candidate, expected_grade=shown)
                ),
                lambda: self.model.click(who, on, number, grade, shown),
            )

    @rule(target=lists, whom=somebody, on=committees)
    def download(self, whom: int, on: int) -> Any:
        """Return a list as it is now: owner, time, id, rows."""
        who = self.who(whom, on)
        seat = self.seats.get((on, who))
        if seat is None:
            return multiple()
        rows = dict(self.committee(on).candidates.by_number().values_list("number", "grade"))
        return on, self.model.now, list_id(seat, timezone.now()), rows

    @rule(target=uploads, whom=somebody, list_=lists, typed=typed_cells, astray=somebody, as_is=st.booleans())
    def upload(
        self, whom: int, list_: tuple[Any, ...], typed: dict[str, str], astray: int, as_is: bool = False
    ) -> Any:
        list_of, known, issued, rows = list_
        on = list_of if astray else 3 - list_of
        filled = rows | {number: text for number, text in typed.items() if number in rows}
        return self._upload(self.who(whom, on), on, list_of, known, issued, filled, as_is)

    @rule(target=uploads, whom=somebody, on=committees, typed=typed_cells)
    def upload_list_of_ones_own(self, whom: int, on: int, typed: dict[str, str]) -> Any:
        return self._upload(self.who(whom, on), on, None, 0, "", typed, False)

    def _upload(
        self,
        who: str,
        on: int,
        list_of: int | None,
        known: int,
        issued: str,
        rows: dict[str, str],
        as_is: bool,
    ) -> Any:
        seat = self.seats.get((on, who))
        if seat is None:
            return multiple()
        head = SheetHead("Exam", "Committee", who, timezone.now(), issued, LETTERS, False)
        content = write_grade_sheet(head, [(number, text, "") for number, text in rows.items()])
        both = self.agree(
            "upload",
            lambda: upload_grades(seat, file_name="grades.xlsx", content=content, take_as_is=as_is),
            lambda: self.model.upload(who, on, list_of, known, rows, as_is),
        )
        if both is None:
            return multiple()
        self.read_the_result(*both)
        return both

    @rule(
        whom=somebody,
        both=uploads,
        places=places_of_rows,
        name=st.sampled_from(["accept proposals", "correct", "give back", "take the original", "undo"]),
        clicked=st.sampled_from("AB"),
    )
    def follow_up(
        self, whom: int, both: tuple[Upload, model.Upload], places: set[int], name: str, clicked: str
    ) -> None:
        upload, told = both
        who, places = self.who(whom, told.committee), places & told.rows.keys()
        seat = self.seats.get((told.committee, who))
        if seat is None or not places:
            return
        acts: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "accept proposals": (
                lambda: accept_proposals(seat, upload, places),
                lambda: self.model.accept(who, told, places),
            ),
            "give back": (
                lambda: restore_replaced(seat, upload, places),
                lambda: self.model.restore_replaced(who, told, places),
            ),
            "correct": (
                lambda: correct_row(seat, upload, min(places), clicked),
                lambda: self.model.correct(who, told, min(places), clicked),
            ),
            "take the original": (
                lambda: restore_original(seat, upload, min(places)),
                lambda: self.model.restore_original(who, told, min(places)),
            ),
            "undo": (lambda: undo_upload(seat, upload), lambda: self.model.undo(who, told)),
        }
        self.agree(name, *acts[name])
        self.read_the_result(upload, told)

    def read_the_result(self, upload: Upload, told: model.Upload) -> None:
        """Compare every row of the upload's result with the model."""
        rows = Upload.objects.get(pk=upload.pk).rows
        assert [row.row for row in rows] == list(told.rows)
        for row, said in zip(rows, told.rows.values(), strict=True):
            lost = row.replaced.grade if row.replaced else None
            kept = row.kept.grade if row.kept else None
            assert (row.outcome, row.grade, row.proposal) == (
                said.outcome,
                said.grade,
                said.proposal,
            )
            assert (row.old, lost, row.resolution) == (said.old, said.lost, said.became)
            assert (kept, row.original) == (said.kept, said.original)

    @rule(target=looks, on=committees)
    def look(self, on: int) -> Any:
        """Open the confirmation page, which may stay open."""
        return on, self.committee(on).version, self.model.version(on)

    @rule(whom=somebody, look=looks, answers=st.booleans())
    def confirm_what_was_seen(self, whom: int, look: tuple[int, str, Version], answers: bool) -> None:
        self._confirm(self.who(whom, look[0]), *look, answers=answers)

    @rule(whom=somebody, on=committees, answers=st.booleans())
    def confirm(self, whom: int, on: int, answers: bool) -> None:
        version = self.committee(on).version
        self._confirm(self.who(whom, on), on, version, self.model.version(on), answers=answers)

    def _confirm(self, who: str, on: int, seen: str, told: Version, *, answers: bool = False) -> None:
        if seat := self.seats.get((on, who)):
            self.seen.add((self.people[who].pk, self.committees[on].pk, seen))
            second_look = self._second_look(on, answers=answers)
            self.agree(
                "confirm",
                lambda: confirm_grades(
                    seat, expected_version=seen, acknowledged=True, second_look=second_look
                ),
                lambda: self.model.confirm(who, on, told),
            )

    def _second_look(self, on: int, *, answers: bool) -> dict[str, Any]:
        """Return the hints about the committee's grades, all answered or none, as the confirm page logs them."""
        committee = Committee.objects.with_stage().select_related("exam").get(pk=self.committees[on].pk)
        columns = committee.candidates.by_number().values_list("number", "grade", "attendance")
        hints = hints_of_committee(committee, [SheetLine(*line) for line in columns])
        seen = [hint.key for hint in hints] if answers else []
        return as_details(hints, seen, totals={}, notes={}, was_read=answers)

    @rule(whom=somebody, on=committees)
    def withdraw(self, whom: int, on: int) -> None:
        who = self.who(whom, on)
        if seat := self.seats.get((on, who)):
            self.agree("withdraw", lambda: withdraw_confirmation(seat), lambda: self.model.withdraw(who, on))

    # Planners, and support, which closes accounts

    @rule(who=people, look=looks, locks=st.booleans())
    def confirm_on_behalf_what_was_seen(self, who: str, look: tuple[int, str, Version], locks: bool) -> None:
        self._confirm_on_behalf(who, *look, locks=locks)

    @rule(who=people, on=committees, locks=st.booleans())
    def confirm_on_behalf(self, who: str, on: int, locks: bool) -> None:
        self._confirm_on_behalf(who, on, self.committee(on).version, self.model.version(on), locks=locks)

    def _confirm_on_behalf(self, who: str, on: int, seen: str, told: Version, *, locks: bool) -> None:
        if seat := self.seats.get((on, who)):
            self.seen.add((self.per.pk, self.committees[on].pk, seen))
            self.agree(
                "confirm on behalf",
                lambda: confirm_on_behalf(
                    Grader.objects.filter(pk=seat.pk).select_related("person").first() or seat,
                    reason="ill",
                    by=self.per,
                    expected_version=seen,
                    acknowledged=True,
                    locks=locks,
                ),
                lambda: self.model.confirm_on_behalf(who, on, told, locks=locks),
            )

    @rule(who=people, on=committees)
    def withdraw_on_behalf(self, who: str, on: int) -> None:
        if seat := self.seats.get((on, who)):
            self.agree(
                "withdraw on behalf",
                lambda: withdraw_on_behalf(seat, by=self.per),
                lambda: self.model.withdraw_on_behalf(who, on),
            )

    @rule(on=committees, code=st.sampled_from(ChangeCode))
    def reopen(self, on: int, code: ChangeCode) -> None:
        committee = self.committee(on)
        self.agree(
            "reopen",
            lambda: reopen_committee(committee, reason="why", code=code, by=self.per),
            lambda: self.model.reopen(on, str(code)),
        )

    @rule(who=people, on=committees, act=st.sampled_from(["seat", "unseat", "account", "rule"]))
    def change_staff(self, who: str, on: int, act: str) -> None:
        if act == "seat":
            committee = self.committee(on)
            both = self.agree(
                "seat",
                lambda: add_grader(committee, User.objects.get(username=who), is_external=False, by=self.per),
                lambda: self.model.seat(who, on),
            )
            if both:
                self.seats[on, who] = both[0]
        elif act == "unseat" and (seat := self.seats.get((on, who))):
            self.agree(
                "unseat",
                lambda: agreeing(unseat_grader, seat, by=self.per),
                lambda: self.model.unseat(who, on),
            )
        elif act == "account":  # closed, or opened again
            self.model.closed ^= {who}
            User.objects.filter(username=who).update(is_active=who not in self.model.closed)
        elif act == "rule":
            exam, one = Exam.objects.get(pk=self.exam.pk), not self.model.one_can_confirm
            exam.rule = ConfirmationRule.ONE if one else ConfirmationRule.ALL
            self.agree(
                "change rule",
                lambda: agreeing(change_exam, exam, planners=[self.per], by=self.per),
                lambda: self.model.change_rule(one),
            )

    @rule(moved=st.sets(numbers, min_size=1), to=committees)
    def move(self, moved: set[str], to: int) -> None:
        chosen, committee = [self.candidate(number) for number in sorted(moved)], self.committee(to)
        self.agree(
            "move",
            lambda: agreeing(move_candidates, chosen, to=committee, by=self.per),
            lambda: self.model.move(moved, to),
        )

    # FS

    @rule(number=numbers)
    def withdraw_or_return_at_fs(self, number: str) -> None:
        self.model.withdrawn_at_fs ^= {number}
        withdrawn = number in self.model.withdrawn_at_fs
        Registration.objects.filter(kandidatlopenr=number).update(is_withdrawn=withdrawn)

    @rule(wire=st.sampled_from(["up", "up", "down", "deaf"]), finish=st.booleans())
    def transfer(self, wire: str, finish: bool) -> None:
        """Transfer; with `finish`, after everybody has confirmed."""
        for on, seated in self.model.seats.items() if finish else ():
            for who in sorted(seated):
                self._confirm(who, on, self.committee(on).version, self.model.version(on))
        Wire.state = wire
        both = self.agree(
            "transfer", lambda: transfer_grades(self.exam, by=self.per), lambda: self.model.transfer(wire)
        )
        if both:
            transfer, told = both
            lines = transfer.lines.values_list("candidate__number", "grade", "code")
            assert {number: tuple(rest) for number, *rest in lines} == {
                number: line[:2] for number, line in told.lines.items()
            }
            self.transfers.append(both)

    @rule(wire=st.sampled_from(["up", "down", "deaf"]), which=st.integers(0, 5))
    def deliver_again(self, wire: str, which: int) -> None:
        if which < len(self.transfers):
            Wire.state = wire
            transfer, told = self.transfers[which]
            transfer = Transfer.objects.get(pk=transfer.pk)
            self.agree(
                "deliver again",
                lambda: deliver_transfer(transfer, by=self.per),
                lambda: self.model.deliver(told, wire),
            )

    # Invariants

    @invariant()
    def everything_is_as_the_rules_say(self) -> None:
        told = self.model
        staged = Committee.objects.with_stage().filter(exam=self.exam)
        assert {one.number: one.stage for one in staged} == {on: told.stage(on) for on in told.seats}
        rows = self.exam.candidates.values_list("number", "grade", "committee__number")
        assert {number: rest for number, *rest in rows} == {
            number: [told.grades[number], told.on[number]] for number in told.on
        }
        valid = Grader.objects.valid().values_list("committee__number", "person__username")
        assert set(valid) == {(on, who) for on in told.seats for who in told.valid(on)}
        held = Registration.objects.exclude(karakter="").values_list("kandidatlopenr", "karakter")
        assert dict(held) == told.at_fs

    @invariant()
    def the_log_explains_it(self) -> None:
        assert breaches(self.exam, self.seen) == []
        exam, committees = lock_exam(self.exam)
        assert list(ExamAudit(exam, {one.pk: one for one in committees}, {}).violations()) == []


@pytest.mark.django_db
@override_settings(FS_BACKEND="tests.state_machine.test_grading.Wire")
def test_register_behaves_like_the_model() -> None:
    how = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Grading, settings=how)
    write_table()


def write_table() -> None:
    """Write how often each act was done and refused."""
    TABLE.mkdir(parents=True, exist_ok=True)
    head = "| act | done | refused |\n|---|--:|--:|"
    rows = [f"| {name} | {DONE[name]} | {REFUSED[name]} |" for name in sorted(DONE | REFUSED)]
    (TABLE / f"state-machine-{connection.vendor}.md").write_text("\n".join([head, *rows, ""]))
