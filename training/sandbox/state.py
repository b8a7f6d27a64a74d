"""Rows and log of a sandbox, each fetched at most once."""

from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from committees.enums import Attendance, LogAction
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User
from training.models import Run
from training.scenarios.schema import TRAINEE

OWN_ACTIONS = (LogAction.CONFIRMED, LogAction.WITHDRAWN)
"""Acts that each grader does alone."""


def members_of(run: Run) -> QuerySet[Run]:
    """Return the runs in the copy of this run, the leading one first."""
    return Run.objects.filter(sandbox=run.sandbox_id).order_by("started_at", "pk")


def lead_of(run: Run) -> Run:
    """Return the run that keeps what the robots of its copy have done."""
    return (members_of(run).first() or run) if run.is_shared else run


class SandboxState:
    """State of the sandbox of a run. Queries run on first use and are kept, so use a new one after a write."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.trainee_pk = run.people.get(TRAINEE, 0)

    @cached_property
    def members(self) -> list[Run]:
        """Return the runs in this sandbox."""
        return list(Run.objects.filter(sandbox=self.run.sandbox_id)) if self.run.is_shared else [self.run]

    @cached_property
    def removals(self) -> dict[str, str]:
        """Return how each removed exam was removed, by code; the newest one of several with the same code."""
        rows = Exam.everything.filter(sandbox=self.run.sandbox_id).exclude(removal="").order_by("pk")
        return dict(rows.values_list("emnekode", "removal"))

    @cached_property
    def _invited(self) -> dict[str, int]:
        """Return the pks of people with an e-mail address whom the trainee has invited, by key."""
        keys = {person.email: person.key for person in self.run.scenario.people if person.email}
        if not keys:
            return {}
        people = User.objects.filter(sandbox=self.run.sandbox_id, signs_in_by_code=True)
        return {keys[one.email.lower()]: one.pk for one in people if one.email.lower() in keys}

    def person_pk(self, key: str) -> int:
        """Return the pk of the person with this key; 0 for one who is not invited yet."""
        return self.run.people.get(key) or self._invited.get(key, 0)

    @property
    def human_pks(self) -> set[int]:
        """Return the pks of the trainees in this sandbox."""
        return {run.people.get(TRAINEE, 0) for run in self.members}

    def finished_at(self, task: str) -> datetime | None:
        """Return when all trainees in this sandbox had finished the task; None before."""
        moments = [run.finished_at(task) for run in self.members]
        done = [moment for moment in moments if moment is not None]
        return max(done) if len(done) == len(moments) else None

    @cached_property
    def exams(self) -> dict[str, Exam]:
        """Return the exams by code; the scenario's first one comes first."""
        found = {
            exam.emnekode: exam for exam in Exam.objects.filter(sandbox=self.run.sandbox_id).order_by("pk")
        }
        first = self.run.scenario.exam()
        return dict(sorted(found.items(), key=lambda item: first is None or item[0] != first.code))

    @cached_property
    def committees(self) -> dict[tuple[str, int], Committee]:
        """Return the committees by code and number, without stages: their query costs more than all others."""
        rows = Committee.objects.filter(exam__sandbox=self.run.sandbox_id).select_related("exam")
        return {(committee.exam.emnekode, committee.number): committee for committee in rows}

    @cached_property
    def staged(self) -> dict[int, Committee]:
        """Return the committees with their stages, by pk."""
        return Committee.objects.with_stage().filter(exam__sandbox=self.run.sandbox_id).in_bulk()

    @cached_property
    def candidates(self) -> list[Candidate]:
        rows = Candidate.objects.filter(exam__sandbox=self.run.sandbox_id).select_related("exam", "committee")
        return list(rows.by_number())

    @cached_property
    def seats(self) -> list[Grader]:
        rows = Grader.objects.with_confirmed().filter(committee__exam__sandbox=self.run.sandbox_id)
        return list(rows.select_related("committee__exam", "person"))

    @cached_property
    def entries(self) -> list[LogEntry]:
        """Return the log, oldest entry first."""
        rows = LogEntry.objects.filter(exam__sandbox=self.run.sandbox_id).order_by("pk")
        return list(rows.select_related("exam", "committee"))

    def exam(self, code: str = "") -> Exam | None:
        """Return the exam with this code; without a code the first one."""
        return self.exams.get(code) if code else next(iter(self.exams.values()), None)

    def committee(self, number: int | None, code: str = "") -> Committee | None:
        """Return the committee with this number; without a number the exam's first."""
        exam = self.exam(code)
        if exam is None:
            return None
        numbers = sorted(number for its, number in self.committees if its == exam.emnekode)
        number = number if number is not None else next(iter(numbers), -1)
        return self.committees.get((exam.emnekode, number))

    def seat(self, person: int, committee: Committee) -> Grader | None:
        return next(
            (seat for seat in self.seats if seat.person_id == person and seat.committee_id == committee.pk),
            None,
        )

    def on(self, committee: Committee) -> list[Candidate]:
        """Return the candidates of the committee, by number."""
        return [candidate for candidate in self.candidates if candidate.committee_id == committee.pk]

    def done_by_trainee(
        self, action: str, *, exam: Exam | None = None, committee: Committee | None = None
    ) -> list[LogEntry]:
        """
        Return the trainee's acts of this kind, oldest first. A typed grade counts as a clicked one.

        In a shared copy a committee works together: only confirmations are one's own.
        """
        people = {self.trainee_pk} if action in OWN_ACTIONS else self.human_pks
        log_actions = (
            [LogAction.GRADE_CLICKED, LogAction.GRADE_TYPED]
            if action == LogAction.GRADE_CLICKED
            else [action]
        )
        return [
            entry
            for entry in self.entries
            if entry.action in log_actions
            and entry.by_id in people
            and (exam is None or entry.exam_id == exam.pk)
            and (committee is None or entry.committee_id == committee.pk)
        ]

    def graded_at(self, committee: Committee) -> datetime | None:
        """Return when the last candidate who attended got a grade; None while one has none."""
        if any(not is_away(candidate) and not candidate.grade for candidate in self.on(committee)):
            return None
        acts = [
            entry for entry in self.entries if entry.is_about_grades and entry.committee_id == committee.pk
        ]
        return acts[-1].at if acts else None

    def seated_at(self, person: int) -> list[datetime]:
        """Return the moments when this person was added as a grader."""
        return [
            entry.at
            for entry in self.entries
            if (entry.action == LogAction.GRADER_SEATED and entry.details.get("person") == person)
            or (
                entry.action in (LogAction.EXAM_CREATED, LogAction.FILES_IMPORTED)
                and person in [seat[1] for seat in entry.details.get("seats", [])]
            )
        ]


def is_away(candidate: Candidate) -> bool:
    """Whether the candidate did not attend and gets no grade."""
    return candidate.attendance in (Attendance.ABSENT, Attendance.WITHDREW)


def address_of(person: User) -> str:
    """Return what scenarios name a person by: the Feide name, or else the e-mail address."""
    return person.feide_name or person.email.lower()
