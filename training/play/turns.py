"""Wrong turns that a saboteur takes in a scenario. Each returns whether there was anything to do wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from committees.enums import Attendance, ChangeCode, ConfirmationRule, LogAction
from committees.grade_scales import SCALES
from committees.models import Candidate, Committee
from training.play.player import Player
from training.sandbox.state import is_away
from training.scenarios.schema import Task

GRADER, PLANNER = "grader", "planner"
RUBBISH = b"not a spreadsheet"


Place = Callable[[Sequence[Task]], int]


def first(_tasks: Sequence[Task]) -> int:
    return 0


def last(tasks: Sequence[Task]) -> int:
    return len(tasks) - 1


def confirming(tasks: Sequence[Task]) -> int:
    """Return the place of the first task that asks for a confirmation or a reminder, else of the last task."""
    asks = ({"confirmed": 1, "stage": 1}, LogAction.CONFIRMED, LogAction.REMINDED)
    for place, task in enumerate(tasks):
        if any(condition.keys() & asks[0] or condition.get("did") in asks[1:] for condition in task.done):
            return place
    return last(tasks)


def refused(tasks: Sequence[Task]) -> int:
    """Return the place of the first task that asks for a refusal, else of the first task."""
    return next((place for place, task in enumerate(tasks) if any("refused" in one for one in task.done)), 0)


def reopening(tasks: Sequence[Task]) -> int:
    """Return the place before the task that asks for a reopening, else of the last task."""
    asked = [
        place
        for place, task in enumerate(tasks)
        if any(condition.get("did") == LogAction.REOPENED for condition in task.done)
    ]
    return max(asked[0] - 1, 0) if asked else last(tasks)


@dataclass(frozen=True, slots=True)
class Turn:
    """
    A wrong turn before a task: its name in the table, the role that can take it, and what it does.

    `place` is where it does most harm, for plays that don't take it before every task. `is_decoy`: it is not what the task
    asks for, so it must not tick it.
    """

    name: str
    role: str
    take: Callable[[Player, Task], bool]
    place: Place
    is_decoy: bool = False


def _attending(player: Player, committee: Committee) -> list[Candidate]:
    notes = player.notes_of(committee)
    return [one for one in player.state.on(committee) if one.number in notes]


def mark_absent(player: Player, _task: Task) -> bool:
    """Mark the last candidate with a grade in the notes as absent, without a grade."""
    for committee in player.own_committees():
        for candidate in _attending(player, committee)[-1:]:
            if candidate.grade:
                player.set_grade(candidate, "")
            player.set_attendance(candidate, Attendance.ABSENT)
    return bool(player.own_committees())


def mark_attended(player: Player, _task: Task) -> bool:
    """Record as attended every candidate who did not attend."""
    others = [
        candidate
        for committee in player.own_committees()
        if (notes := player.notes_of(committee))
        for candidate in player.state.on(committee)
        if candidate.number not in notes
    ]
    for candidate in others:
        player.set_attendance(candidate, Attendance.ATTENDED)
    return bool(others)


def grade_wrongly(player: Player, _task: Task) -> bool:
    """Give the first candidate of each committee another grade."""
    for committee in player.own_committees():
        for candidate in player.state.on(committee)[:1]:
            grades = committee.exam.grades
            place = grades.index(candidate.grade) if candidate.grade in grades else 0
            player.set_grade(candidate, grades[(place + 1) % len(grades)])
    return bool(player.own_committees())


def remove_grades(player: Player, _task: Task) -> bool:
    """Remove the grades of each committee but the first."""
    graded = [one for committee in player.own_committees() for one in player.state.on(committee) if one.grade]
    for candidate in graded[1:]:
        player.set_grade(candidate, "")
    return bool(graded)


def confirm_early(player: Player, _task: Task) -> bool:
    for committee in player.own_committees():
        player.confirm(committee)
    return bool(player.own_committees())


def change_and_confirm(player: Player, task: Task) -> bool:
    """Change a grade after the right one was set, and confirm that."""
    return grade_wrongly(player, task) and confirm_early(player, task)


def upload_rubbish(player: Player, _task: Task) -> bool:
    for committee in player.own_committees():
        player.upload(committee, RUBBISH, "holiday.xlsx")
    return bool(player.own_committees())


def upload_elsewhere(player: Player, _task: Task) -> bool:
    """Upload to each committee the list of the committee before it."""
    own = player.own_committees()
    for committee, other in zip(own, [*own[1:], *own[:1]], strict=True):
        if other.pk != committee.pk:
            player.upload(committee, player.filled_list(other, {}))
    return len(own) > 1


def open_another(player: Player, task: Task) -> bool:
    """Open the page that the task asks for, but of another committee or candidate."""
    seen = [condition for condition in task.done if "seen" in condition]
    others = islice(reversed(player.own_committees()), len(player.own_committees()) - 1)
    for condition, committee in zip(seen, others, strict=False):
        player.see({**condition, "committee": committee.number})
        player.refresh()
    return bool(seen) and len(player.own_committees()) > 1


def work_ahead(player: Player, task: Task) -> bool:
    """Do the next task before this one."""
    tasks = player.run.scenario.tasks
    following = tasks[tasks.index(task) + 1 :][:1]
    for later in following:
        for condition in later.done:
            player.meet(condition)
    return bool(following)


def leave_and_return(player: Player, _task: Task) -> bool:
    """Leave, and continue in another browser."""
    player.browser = player.new_browser()
    player.browser.client.post(f"/training/self-study/{player.run.scenario_key}/")
    return True


def move_together(player: Player, _task: Task) -> bool:
    """Move all candidates to the first committee."""
    committees = sorted(player.state.committees.values(), key=lambda one: one.number)
    if len(committees) > 1:
        player.move(player.state.candidates, committees[0])
    return len(committees) > 1


def change_rule(player: Player, _task: Task) -> bool:
    """Let one grader confirm for all."""
    for exam in player.state.exams.values():
        player.edit_exam(exam, rule=str(ConfirmationRule.ONE))
    return bool(player.state.exams)


def change_scale(player: Player, _task: Task) -> bool:
    """Choose another grade scale, in the import or of the exam."""
    player.file_choices = {"scale": list(SCALES)[-1]}
    for exam in player.state.exams.values():
        player.edit_exam(exam, scale=next(scale for scale in SCALES if scale != exam.scale))
    return bool(player.state.exams) or not player.run.scenario.exams


def show_names(player: Player, _task: Task) -> bool:
    for exam in player.state.exams.values():
        page = player.browser.get("edit-exam", exam.pk)
        player.send_without(page, ("edit-exam", exam.pk), "is_anonymous")
    return bool(player.state.exams)


def reopen_early(player: Player, _task: Task) -> bool:
    """Reopen every confirmed committee, with another change code than the task asks for."""
    state = player.state
    locked = [one for one in state.committees.values() if state.staged[one.pk].is_locked]
    for committee in locked:
        player.reopen(committee, str(ChangeCode.ERROR))
    return bool(locked)


def transfer_early(player: Player, _task: Task) -> bool:
    for exam in player.state.exams.values():
        player.transfer(exam)
    return bool(player.state.exams)


def remind_early(player: Player, _task: Task) -> bool:
    for exam in player.state.exams.values():
        player.remind(exam)
    return bool(player.state.exams)


def remove_grader(player: Player, _task: Task) -> bool:
    """Remove the last grader of each committee."""
    state = player.state
    last = {seat.committee_id: seat for seat in state.seats}
    for seat in last.values():
        player.unseat(seat.pk)
    return bool(last)


def cancel_exams(player: Player, _task: Task) -> bool:
    for exam in player.state.exams.values():
        player.cancel(exam)
    return bool(player.state.exams)


def planner_marks_absent(player: Player, _task: Task) -> bool:
    """Mark the last candidate who attended as absent."""
    there = [one for one in player.state.candidates if not is_away(one)]
    for candidate in there[-1:]:
        player.set_attendance(candidate, Attendance.ABSENT)
    return bool(there)


TURNS = (
    Turn("records a graded candidate as absent", GRADER, mark_absent, confirming),
    Turn("records absent candidates as having attended", GRADER, mark_attended, confirming),
    Turn("sets a wrong grade", GRADER, grade_wrongly, confirming),
    Turn("removes grades", GRADER, remove_grades, confirming),
    Turn("confirms early", GRADER, confirm_early, first),
    Turn("changes a grade and confirms it", GRADER, change_and_confirm, last),
    Turn("uploads a file that is not a grade sheet", GRADER, upload_rubbish, refused, is_decoy=True),
    Turn("uploads another committee’s list", GRADER, upload_elsewhere, first),
    Turn("opens another committee", GRADER, open_another, first, is_decoy=True),
    Turn("does the next task first", GRADER, work_ahead, confirming),
    Turn("leaves and returns", GRADER, leave_and_return, last),
    Turn("moves all candidates into one committee", PLANNER, move_together, confirming),
    Turn("lets one grader confirm for all", PLANNER, change_rule, confirming),
    Turn("chooses another grade scale", PLANNER, change_scale, first),
    Turn("shows names", PLANNER, show_names, first),
    Turn("reopens with another code", PLANNER, reopen_early, reopening),
    Turn("transfers early", PLANNER, transfer_early, first),
    Turn("reminds early", PLANNER, remind_early, confirming),
    Turn("removes a grader", PLANNER, remove_grader, last),
    Turn("cancels the exams", PLANNER, cancel_exams, last),
    Turn("records a candidate as absent", PLANNER, planner_marks_absent, confirming),
    Turn("does the next task first", PLANNER, work_ahead, reopening),
    Turn("leaves and returns", PLANNER, leave_and_return, last),
)
