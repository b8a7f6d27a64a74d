"""People, and an object of each kind that a URL can refer to, at one of the table's `PLACES`."""

import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.candidates import plan_candidates
from committees.actions.deleting import delete_candidates, delete_committee
from committees.actions.fs_import import apply_import, preview_import
from committees.actions.grade_lists import list_id
from committees.actions.planning import EXAM_FIELDS
from committees.actions.protocols import build_protocol
from committees.actions.transfer import transfer_grades
from committees.actions.uploads import upload_grades
from committees.actions.versions import texts_of
from committees.enums import NotificationKind
from committees.files.candidate_list import read_candidate_list
from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.forms.exams import CHECKS
from committees.models import (
    Candidate,
    Committee,
    Exam,
    FsImport,
    Grader,
    LogEntry,
    Notification,
    Transfer,
    Upload,
    User,
)
from committees.models.exams import KEY_FIELDS
from fs.models import FsExam, Registration
from tests.access.table import ROWS
from tests.conftest import People, confirm, confirm_all, grade, seat, teach_fs
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from tests.snapshot import writes
from tests.training.authored import draft_of, published_of, text_of
from training.actions import SESSION_FIELDS, create_session, join_session, start_scenario
from training.certificates import issue
from training.models import Trainee, TrainingSession
from training.scenario_fields import HEAD

ABOUT = {
    "exam": "grading planned-exam edit-exam remind exam-log new-committee planned-candidates move-candidates "
    "copy-exam add-candidates apply-candidates split-candidates cancel-exam planners "
    "download-candidates note-absence test-transfer exam-transfer rehearse statistics exam-statistics",
    "mistaken": "delete-exam delete-candidates",
    "mistaken-committee": "delete-committee",
    "removal": "undo-act",
    "planner": "remove-planner",
    "committee": "final-grading live read-back set-remaining undo-remaining download download-empty upload-sheet uploads "
    "confirm check-grades withdraw seat invite",
    "confirmed": "reopen protocol protocol-pdf",
    "grader": "unseat confirm-on-behalf withdraw-on-behalf",
    "newcomer": "correct-grader grader-email",
    "committee-person": "add-person",
    "candidate": "candidate set-grade reset-grade set-attendance mark-attendance",
    "notification": "open-notification",
    "upload": "upload upload-list answer-seen accept-all undo-upload",
    "absence": "note-row",
    "absences": "note-all",
    "proposal": "accept-row correct-row",
    "replaced": "restore-replaced restore-original",
    "batch": "import-preview place-files apply-import",
    "applied": "undo-import",
    "transfer": "transfer transfer-file deliver-transfer",
    "fs": "fs:exam",
    "registration": "fs:withdraw fs:restore",
    "hall": "training-session training-board edit-training training-poster training-qr training-message end-training "
    "training-summary training-debrief",
    "trainee-run": "debrief",
    "hall-scenario": "training-scenario",
    "trainee": "trainee certificate certificate-pdf delete-certificate trainee-live leave-training raise-own-hand "
    "lower-own-hand",
    "hall-trainee": "training-trainee rename-trainee give-extra-time remove-trainee message-trainee lower-hand",
    "hall-run": "refuse-at-fs send-old-list move-time",
    "hall-run-task": "give-hint",
    "hall-run-act": "make-robot-act",
    "trainee-scenario": "start-scenario",
    "scenario": "scenario copy-scenario export-scenario edit-scenario edit-scenario-text scenario-verdict "
    "play-scenario publish-scenario withdraw-scenario",
    "own-scenario": "delete-scenario",
}
"""The kind of object that the ids in each route refer to; routes without ids are left out."""


@dataclass
class Targets:
    """
    `committee` has an upload with a proposal and with a replaced grade of ola; `confirmed` and `spare` are other
    committees of the exam, `spare` without people; FS has the grades of `transfer`, of another exam of the planner;
    `given` are uploaded FS files; `notification` is for the committee's grader.
    """

    people: People
    planner: User
    exam: Exam
    committee: Committee
    confirmed: Committee
    spare: Committee
    candidates: list[Candidate]
    file: bytes
    upload: Upload
    absence: Upload
    transfer: Transfer
    batch: FsImport
    applied: FsImport
    trainee: Trainee
    notification: Notification
    mistaken: Exam
    removal: LogEntry
    third: User

    @property
    def version(self) -> str:
        """The current version of the committee's grades."""
        return Committee.objects.get(pk=self.committee.pk).version

    @property
    def session(self) -> TrainingSession:
        """The trainee's training session."""
        return TrainingSession.objects.get(trainees=self.trainee)

    @cached_property
    def run(self) -> tuple[int, int, int]:
        """Return the ids of the trainee's session, of the trainee, and of their run."""
        return self.trainee.session_id or 0, self.trainee.pk, self.trainee.runs.get().pk

    @cached_property
    def numbers(self) -> dict[str, tuple[int | str, ...]]:
        """Return the ids in a URL by kind of object."""
        fs_exam = FsExam.objects.get(key=";".join(self.exam.key))
        first = self.candidates[0]
        return {
            "exam": (self.exam.pk,),
            "mistaken": (self.mistaken.pk,),
            "mistaken-committee": (self.mistaken.committees.get().pk,),
            "removal": (self.removal.pk,),
            "planner": (self.exam.pk, self.third.pk),
            "committee": (self.committee.pk,),
            "confirmed": (self.confirmed.pk,),
            "grader": (Grader.objects.get(committee=self.committee, person=self.people.ola).pk,),
            "newcomer": (Grader.objects.get(committee=self.committee, person__name="Newcomer").pk,),
            "committee-person": (self.committee.pk, self.people.sofie.pk),
            "candidate": (first.pk,),
            "notification": (self.notification.pk,),
            "upload": (self.upload.pk,),
            "replaced": (self.upload.pk, 2),
            "proposal": (self.upload.pk, 3),
            "absence": (self.absence.pk, 2),
            "absences": (self.absence.pk, "absent"),
            "batch": (self.batch.pk,),
            "applied": (self.applied.pk,),
            "transfer": (self.transfer.pk,),
            "fs": (fs_exam.pk,),
            "hall": (self.trainee.session_id or 0,),
            "hall-scenario": (self.trainee.session_id or 0, "first-exam"),
            "trainee": (self.trainee.pk,),
            "hall-trainee": (self.trainee.session_id or 0, self.trainee.pk),
            "hall-run": self.run,
            "trainee-run": self.run[1:],
            "hall-run-task": (*self.run, "exam"),
            "hall-run-act": (*self.run, 0),
            "trainee-scenario": (self.trainee.pk, "first-exam"),
            "scenario": ("dancers",),
            "own-scenario": ("draft",),
            "registration": (Registration.objects.get(exam=fs_exam, kandidatlopenr=first.number).pk,),
        }


def build(people: People, place: str) -> Targets:
    """Create the objects of `place`, one of the table's `PLACES`."""
    if place == "elsewhere":
        exam, planner, grader = people.other, people.petra, people.vera
        committee = exam.committees.get()
        Grader.objects.create(committee=committee, person=people.ola)
        Candidate.objects.create(exam=exam, committee=committee, number="90002")
        confirmed = CommitteeFactory.create(exam=exam, number=2, graders=[people.ola], numbers=["90011"])
        done = ExamFactory.create(planners=[planner])
        CommitteeFactory.create(exam=done, number=1, graders=[grader], numbers=["91001"])
        teach_fs(exam)
        teach_fs(done)
    else:
        exam, planner, done = people.exam, people.per, people.pass_exam
        committee, confirmed = (
            (people.one, people.two) if place == "committee-1" else (people.two, people.one)
        )
        grader = people.kari if place == "committee-1" else people.ingrid
    candidates = list(committee.candidates.by_number())
    file, upload = an_upload(people.ola, seat(grader, committee), candidates)
    absence = an_absence(seat(grader, committee), candidates[0].number)
    finished = done.committees.get()
    graded = finished.candidates.by_number()[0].number
    grade(finished.graders.get().person, finished, **{f"c{graded}": done.grades[0]})
    confirm_all(done)
    transfer = transfer_grades(done, by=planner)
    spare = CommitteeFactory.create(exam=exam, number=9)
    for other in confirmed.graders.select_related("person"):
        confirm(other.person, confirmed)
    line = f"{grader.username};{';'.join(exam.key)};10099;{committee.number};\n"
    batch = FsImport.objects.create(by=planner, candidates=line.encode())
    line = f"{exam.institusjonsnr};IMPORTED1;1;V1;VÅR;2027;2027-05-20T09:00;;\n"
    applied = FsImport.objects.create(by=planner, exams=line.encode())
    apply_import(applied)
    newcomer = User.invited("newcomer@uio.no", name="Newcomer")
    newcomer.save()
    Grader.objects.create(committee=committee, person=newcomer)
    trainee = join_session(a_training(people.nina), name=str(grader), person=grader)
    published_of(people.nina, "dancers")
    draft_of(people.nina, "draft")
    start_scenario(trainee, "first-exam")
    trainee.runs.update(completed_at=timezone.now())
    issue(trainee)
    notification = Notification.objects.create(
        person=grader,
        kind=NotificationKind.DEADLINE_NEAR,
        exam=exam,
        committee=committee,
        deadline=exam.deadline,
    )
    mistaken = ExamFactory.create(planners=[planner])
    CommitteeFactory.create(exam=mistaken, number=1, graders=[grader], numbers=["70001"])
    spare_candidate = Candidate.objects.create(exam=mistaken, number="70002")
    delete_candidates([spare_candidate], exam=mistaken, by=planner)
    removal = delete_committee(CommitteeFactory.create(exam=mistaken, number=2), by=planner)
    third = UserFactory.create(username="pia", is_planner=True)
    return Targets(
        people,
        planner,
        exam,
        committee,
        confirmed,
        spare,
        candidates,
        file,
        upload,
        absence,
        transfer,
        batch,
        applied,
        trainee,
        notification,
        mistaken,
        removal,
        third,
    )


def a_training(trainer: User) -> TrainingSession:
    """Create a training session with one scenario."""
    session = TrainingSession(
        title="Training", date=timezone.localdate(), language="en", scenarios=["first-exam"]
    )
    return create_session(session, by=trainer)


def an_upload(before: User, grader: Grader, candidates: list[Candidate]) -> tuple[bytes, Upload]:
    """Create an upload of `grader` that replaces a grade set by `before` after the download, and has a proposal."""
    now, committee = timezone.now(), grader.committee
    head = SheetHead("", "", "", now, list_id(grader, now), committee.exam.grade_scale, with_names=False)
    first, second, *others = [candidate.number for candidate in candidates]
    grade(before, committee, **{f"c{first}": "C"})
    rows = [(first, "A", ""), (second, "b", ""), *((number, "F", "") for number in others)]
    file = write_grade_sheet(head, rows)
    return file, upload_grades(grader, file_name="grades.xlsx", content=file)


def an_absence(grader: Grader, number: str) -> Upload:
    """A list without ID whose only row marks the candidate as absent."""
    head = SheetHead("", "", "", timezone.now(), "", grader.committee.exam.grade_scale, with_names=False)
    content = write_grade_sheet(head, [(number, "absent", "")])
    return upload_grades(grader, file_name="absent.xlsx", content=content)


def address(targets: Targets, route: str) -> str:
    """Return the URL of `route` with the ids of these objects."""
    words = {
        "self-study": ("first-exam",),
        "join-code": (code_of(targets),),
        "join-link": link_of(targets),
        "help-page": ("grader",),
    }
    return reverse(route, args=words.get(route) or numbers_of(targets, route))


def link_of(targets: Targets) -> tuple[str, str]:
    """Return code and key of the join link."""
    return code_of(targets), targets.session.link_key


def code_of(targets: Targets) -> str:
    """Return the join code of the training session."""
    return targets.trainee.session.code if targets.trainee.session else ""


def protocol_code(committee: Committee) -> str:
    """Return the code of the protocol of a confirmed committee."""
    return build_protocol(Committee.objects.with_stage().select_related("exam").get(pk=committee.pk)).code


def numbers_of(targets: Targets, route: str) -> tuple[int | str, ...]:
    what = next((what for what, routes in ABOUT.items() if route in routes.split()), None)
    return targets.numbers[what] if what else ()


def sent(targets: Targets, route: str) -> dict[str, Any]:
    """Return every field that the page's own form would send."""
    if route == "check-protocol":
        return {"code": protocol_code(targets.confirmed)}
    fields = (*KEY_FIELDS, "name", "kind", "date", "place", "deadline", "scale", "rule", "spot_check")
    exam = {name: getattr(targets.exam, name) for name in fields}
    exam |= dict.fromkeys(CHECKS, "") | {"is_anonymous": "on", "on_behalf": "on"}
    exam |= {
        "planners": [targets.people.per.pk, targets.people.petra.pk],
    }
    chosen = targets.candidates[0].pk
    newest, mistaken = targets.exam.log.newest_id, targets.mistaken.log.newest_id
    lines = SimpleUploadedFile("candidates.txt", bytes(targets.batch.candidates))
    training = {
        "title": "Another training",
        "date": timezone.localdate().isoformat(),
        "language": "nn",
        "scenarios": ["first-exam", "by-click"],
        "is_assessed": "False",
        "time_limit": "",
        "group_size": "3",
    }
    # Forms that need the database are functions, because tests ask for one of them at a time, thousands of times.
    forms: dict[str, dict[str, Any] | Callable[[], dict[str, Any]]] = {
        "sign-in": {"username": "vera", "password": "demo"},
        "language": {"language": "nb", "next": "/grade/"},
        "settings": {"language": "nb", "theme": "dark", "mail_frequency": "daily"},
        "set-grade": {"grade": "B", "expected_grade": "A"},
        "reset-grade": {"expected_grade": "A"},
        "set-remaining": {"grade": targets.exam.grades[0], "numbers": targets.candidates[1].number},
        "correct-row": {"grade": targets.exam.grades[0]},
        "set-attendance": lambda: {"attendance": "absent", "newest": newest()},
        "mark-attendance": {"attendance": "absent", "expected_attendance": ""},
        "upload-sheet": {"file": SimpleUploadedFile("grades.xlsx", targets.file), "take_as_is": "on"},
        "confirm": lambda: {"expected_version": targets.version, "acknowledged": "on"},
        "confirm-on-behalf": lambda: {
            "version": targets.version,
            "reason": "No answer",
            "acknowledged": "on",
        },
        "delete-exam": lambda: {"newest": mistaken()},
        "delete-committee": lambda: {"newest": mistaken()},
        "delete-candidates": lambda: {"candidates": [targets.mistaken.candidates.get().pk], "sure": "1"},
        "cancel-exam": {"reason": "Made by mistake"},
        "planners": {"person": targets.third.pk},
        "hand-over": {"person": targets.third.pk},
        "new-exam": exam | {"emnekode": "NEW1000"},
        "copy-exam": exam | {"emnekode": "NEW1000"},
        "add-candidates": {"text": "10099"},
        "apply-candidates": lambda: {
            "text": "10099",
            "shown": plan_candidates(targets.exam, read_candidate_list("10099")).fingerprint,
            **dict.fromkeys(("committee", "number", "feide_name", "name", "first", "last"), ""),
        },
        "split-candidates": {
            "committees": [targets.committee.number, targets.spare.number],
            "everybody": "on",
        },
        "edit-exam": lambda: (
            exam | {"place": "Hall", "shown": json.dumps(texts_of(targets.exam, EXAM_FIELDS))}
        ),
        "check-grades": {"total_A": "1", "spot_read": "on"},
        "new-committee": {"number": "7", "name": "Group 7"},
        "seat": {"feide_name": "sofie@ntnu.no", "is_external": "on"},
        "add-person": {"is_external": "on"},
        "invite": {"name": "Some One", "email": "someone@uio.no", "feide_name": "", "is_external": "on"},
        "grader-email": {"email": "someone@uio.no"},
        "correct-grader": {
            "name": "Some One",
            "email": "someone@uio.no",
            "feide_name": "newcomer@uio.no",
            "shown": json.dumps({"name": "Newcomer", "email": "", "feide_name": "newcomer@uio.no"}),
        },
        "change-name": {"name": "Some One"},
        "change-email": {"email": "someone@uio.no"},
        "change-password": {
            "old_password": "demo",
            **dict.fromkeys(("new_password1", "new_password2"), "Kq8-wolf-tree"),
        },
        "ask-code": {"email": "someone@uio.no"},
        "forgot-password": {"email": "someone@uio.no"},
        "reopen": lambda: {"code": "KLAGE", "reason": "An appeal", "version": shown_of(targets.confirmed)},
        "remind-exams": {"exam": [targets.exam.pk]},
        "apply-import": lambda: {"shown": preview_import(targets.batch).fingerprint},
        "move-candidates": lambda: {"candidates": [chosen], "to": targets.spare.pk, "newest": newest()},
        "note-absence": lambda: {"candidates": [chosen], "attendance": "absent", "newest": newest()},
        "import": {"candidates": lines, "scale": "A-F", "kind": "oral"},
        "exam-transfer": {"number": "1"},
        "join": {"code": code_of(targets), "name": "Lise"},
        "join-code": {"code": code_of(targets), "name": "Lise"},
        "join-link": {"code": code_of(targets), "name": "Lise"},
        "rename-trainee": {"name": "Another name"},
        "give-extra-time": {"extra_minutes": "15"},
        "message-trainee": {"text": "Look at the list"},
        "refuse-at-fs": {"candidate": "10101"},
        "new-training": training,
        "edit-training": lambda: training | {"shown": json.dumps(texts_of(targets.session, SESSION_FIELDS))},
        "training-message": {"text": "Coffee at ten"},
        "training-scenario": {"act": "end"},
        "new-scenario": {"title": "Another one", "key": "another"},
        "import-scenario": lambda: {
            "file": SimpleUploadedFile("more.toml", text_of().encode()),
            "key": "imported",
        },
        "copy-scenario": {"key": "copied"},
        "edit-scenario-text": {"source": "order = 1", "version": "1"},
        "edit-scenario": dict.fromkeys([field.name for field in HEAD], "")
        | {"version": "1", "language": "en"},
        "publish-scenario": {"version": "1"},
    }
    form = forms.get(route, {})
    return form() if callable(form) else form


def shown_of(committee: Committee) -> str:
    """Return the version field of the form to reopen this committee."""
    return Committee.objects.with_stage().get(pk=committee.pk).confirmed_version


def answer(client: Client, how: str, url: str, data: dict[str, Any]) -> str:
    """Return the status of the response in the form of the table."""
    response = client.get(url) if how == "GET" else client.post(url, data)
    leads = response.headers.get("Location", "").partition("?")[0]
    places = {reverse("sign-in"): "in", reverse("admin:login"): "adm"}
    return places.get(leads, str(response.status_code))


def confirm_open(targets: Targets) -> None:
    """Confirm by every remaining grader, so that the exam can be transferred."""
    for one in Grader.objects.filter(committee__exam=targets.exam, person__is_active=True):
        confirm(one.person, one.committee)


TURNED_AWAY = {"in", "adm", "403", "404", "405"}
ASIDE = ("django_session", "counts", "usersessions_usersession")
"""Tables of sessions and counters, which are not part of the register."""


def answers(targets: Targets, client: Client, rows: Iterable[list[str]] = ROWS) -> dict[tuple[str, str], str]:
    """
    Request each of `rows` as the signed-in role, from the same state; return the responses.

    GET and refused requests write nothing.
    """
    found = {}
    cookies = deepcopy(client.cookies)
    for route, how, *_expected in rows:
        client.cookies = deepcopy(cookies)
        savepoint = transaction.savepoint()
        if route == "exam-transfer":
            confirm_open(targets)
        with writes(but=ASIDE) as written:
            found[route, how] = answer(
                client, how, address(targets, route), sent(targets, route) if how == "POST" else {}
            )
        may_write = how != "GET" and found[route, how] not in TURNED_AWAY
        assert may_write or written == [], (route, how, written)
        transaction.savepoint_rollback(savepoint)
    return found


def differing_rows(found: dict[tuple[str, str], str], wanted: dict[tuple[str, str], str]) -> dict[Any, Any]:
    """Return the rows with unexpected responses, each with both."""
    return {
        row: (found.get(row), wanted.get(row)) for row in found | wanted if found.get(row) != wanted.get(row)
    }


def client_of(role: str) -> Client:
    """Return a client with `role` signed in."""
    client = Client()
    if role != "nobody":
        client.force_login(User.objects.get(username=role))
    return client
