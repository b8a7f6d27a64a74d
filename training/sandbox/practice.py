"""Context of a page in a sandbox: the run, its tasks, and what the panel shows beside the page."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.engine.events import DEAD_END
from training.engine.progress import current
from training.live_help import hint_event
from training.messages import newest_message
from training.models import Message, Run
from training.sandbox.builder import fill_in
from training.sandbox.state import members_of
from training.scenarios.schema import TRAINEE, File, Task

ANNOUNCED = (5, 1)
"""Minutes before the end of an assessment that are announced."""


@dataclass
class Practice:
    """
    The run of a page in a sandbox, `request.practice` in views and templates. Reading it writes nothing.

    `persona` is the key of the person whose pages are shown, `is_watching` whether the trainer of the session views them.
    `outside` is the script prefix of pages outside of the sandbox.
    """

    run: Run
    persona: str
    is_watching: bool
    outside: str

    @property
    def leave_url(self) -> str:
        """Return the address of the trainee's scenarios, or of the trainer's board."""
        trainee = self.run.trainee
        if self.is_watching and trainee.session_id:
            return f"{self.outside}training/sessions/{trainee.session_id}/"
        return f"{self.outside}training/trainees/{trainee.pk}/"

    @property
    def debrief_url(self) -> str:
        """Return the address of the run's debrief."""
        return f"{self.outside}training/trainees/{self.run.trainee_id}/runs/{self.run.pk}/"

    @property
    def task(self) -> Task | None:
        return current(self.run)

    @property
    def steps(self) -> list[tuple[Task, bool]]:
        """Return every task with whether it is done."""
        return [(task, task.key in self.run.tasks) for task in self.run.scenario.tasks]

    @property
    def has_hint(self) -> bool:
        """Whether enough time has passed for the hint of the task."""
        waited = (timezone.now() - self.run.moved_at).total_seconds()
        if self.run.is_assessed:
            return False
        is_handed = self.task is not None and hint_event(self.task.key) in self.run.events
        return is_handed or bool(self.task and waited > self.task.hint_after)

    @property
    def state(self) -> str:
        """Return a text that differs whenever the panel shows something else."""
        message = self.message.pk if self.message else 0
        watched = self.run.is_watched and not self.is_watching
        ended = f"{self.run.done_at is not None:d}{self.is_dead_end:d}"
        hand = self.run.trainee.hand_raised_at is not None
        page = self.run.page if self.is_watching else ""
        # In an assessment nothing shows which tasks are done.
        tasks = 0 if self.run.is_assessed else len(self.run.tasks)
        left = "" if self.minutes_left is None else self.minutes_left
        now = f"{tasks}-{message}-{watched:d}-{self.has_hint:d}-{left}"
        return f"{self.run.started_at:%s}-{now}-{hand:d}-{page}-{len(self.mates)}-{ended}"

    @property
    def minutes_left(self) -> int | None:
        """Return the minutes until the time is up, rounded up; None without a limit, or after it."""
        if self.run.ends_at is None or self.run.done_at:
            return None
        return -(-self.run.seconds_left // 60)

    @property
    def is_dead_end(self) -> bool:
        """Whether this copy can't be finished any more, only started over."""
        return self.run.done_at is None and DEAD_END in self.run.events

    @property
    def progress(self) -> str:
        """Return how many tasks are done and what is next, as a sentence."""
        words = {
            "n": len(self.run.tasks),
            "of": len(self.steps),
            "task": self.task.title if self.task else "",
        }
        if not self.task:
            return _("All tasks are done.")
        return _("%(n)s of %(of)s tasks done. Next task: %(task)s.") % words

    def news_since(self, state: str) -> list[str]:
        """Return the trainer's message and view, and the time left, that a panel with this `state` did not show."""
        _started, _tasks, message, watched, _hint, left, *_rest = [*state.split("-"), *[""] * 6]
        news, session = [], self.run.trainee.session
        if session and self.message and message not in ("", str(self.message.pk)):
            news.append(f"{session.by}: {self.message.text}")
        if self.run.is_watched and not self.is_watching and watched == "0":
            news.append(_("%(name)s is viewing your pages.") % {"name": self.run.watched_by})
        if left.isdigit():
            news += self._time_since(int(left))
        return news

    def _time_since(self, left: int) -> list[str]:
        """Return what to announce about the time to a panel that showed `left` minutes."""
        now = self.minutes_left
        if now is None:
            return [_("The time is up. The scenario was handed in as it was.")]
        if now > left:
            more = ngettext(
                "You have extra time: %(n)s minute left.", "You have extra time: %(n)s minutes left.", now
            )
            return [more % {"n": now}]
        passed = [minutes for minutes in ANNOUNCED if now <= minutes < left]
        return [ngettext("%(n)s minute left.", "%(n)s minutes left.", now) % {"n": now}] if passed else []

    @cached_property
    def message(self) -> Message | None:
        """Return the trainer's newest message."""
        return newest_message(self.run.trainee)

    @cached_property
    def mates(self) -> list[str]:
        """Return the names of the other trainees in a shared copy."""
        if not self.run.is_shared:
            return []
        others = members_of(self.run).exclude(pk=self.run.pk)
        return list(others.values_list("trainee__name", flat=True))

    @property
    def personas(self) -> list[tuple[str, str, str]]:
        """Return key, name and address of each persona; an empty list if there is only the trainee."""
        students = self.run.scenario.students
        if not students:
            return []
        return [(TRAINEE, self.run.trainee.name, self.at(TRAINEE))] + [
            (student.key, student.name, self.at(student.key)) for student in students
        ]

    def at(self, persona: str) -> str:
        """Return the sandbox prefix of `persona`."""
        return f"{self.outside}practice/{self.run.pk}/{persona}/"

    @property
    def files(self) -> list[tuple[File, str]]:
        """Return the files of the scenario, each with the text that can be copied from the panel, or ""."""
        run = self.run
        return [(file, fill_in(file.text, run.day) if file.paste else "") for file in run.scenario.files]

    @property
    def notes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the paper lists: the name of each committee with candidates and grades, "" for an absent candidate."""
        lists = []
        for exam in self.run.scenario.exams:
            for committee in exam.committees:
                if committee.notes:
                    name = f"{exam.code} – {committee.name}" if committee.name else exam.code
                    lists.append(
                        (name, [(number, committee.notes.get(number, "")) for number in committee.numbers])
                    )
        return lists
