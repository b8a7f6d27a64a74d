"""Worlds of practice for tests: made up, with names and keys that the register and other worlds have too."""

from types import SimpleNamespace
from typing import Any

from committees.actions.confirmation import confirm_grades, reopen_committee
from committees.actions.fs_import import apply_import, keep_import
from committees.actions.grading import set_grade
from committees.actions.transfer import fs_backend, transfer_grades
from committees.actions.uploads import upload_grades
from committees.actions.worlds import make_world
from committees.enums import ChangeCode
from committees.models import Committee, Exam, FsImport, Grader, User
from tests.actions.uploading import sheet
from tests.conftest import seat, teach_fs
from tests.factories import CommitteeFactory, ExamFactory


def planted(**exam: Any) -> SimpleNamespace:
    """
    A world with what the cast has too: kari and ola on committee 1 of TDT4100 with candidates 10001–10003, planned by per,
    and sofie, who is 10001. Its own FS knows them.
    """
    world = make_world()
    people = {name: _person(world, name) for name in ("kari", "ola", "sofie")}
    people["per"] = _person(world, "per", is_planner=True)
    made = ExamFactory.create(emnekode="TDT4100", world=world, planners=[people["per"]], **exam)
    one = CommitteeFactory.create(
        exam=made, number=1, graders=[people["kari"], people["ola"]], numbers=["10001", "10002", "10003"]
    )
    one.candidates.filter(number="10001").update(feide_name="sofie@ntnu.no", name="Sofie")
    teach_fs(made)
    return SimpleNamespace(world=world, exam=made, one=one, fs=fs_backend(world.pk), **people)


def _person(world: Any, name: str, **extra: Any) -> User:
    email = f"{name}@example.org"
    person = User.invited(
        f"{name}@ntnu.no", world=world, name=f"{name.title()} (robot)", email=email, **extra
    )
    person.save()
    return person


def live(there: SimpleNamespace) -> None:
    """Let the world live until it has a row in every table: an import, an upload, a refused line, a reopening."""
    given(there.per, "WRLD1", "late@uio.no")
    upload_grades(
        seat(there.kari, there.one), file_name="a.xlsx", content=sheet(("10001", "A"), ("10002", "B"))
    )
    there.fs.withdraw(there.exam.key, ["10002"])
    confirm_here(there.exam)
    transfer_grades(there.exam, by=there.per)
    reopen_committee(there.one, reason="Why", code=ChangeCode.ERROR, by=there.per)
    set_grade(seat(there.ola, there.one), there.one.candidates.get(number="10001"), "C")
    confirm_here(there.exam)


def confirm_here(exam: Exam) -> None:
    """Let every grader of the exam confirm what is there now."""
    for grader in Grader.objects.filter(committee__exam=exam).select_related("person", "committee__exam"):
        version = Committee.objects.get(pk=grader.committee_id).version
        confirm_grades(grader, seen=version, acknowledged=True)


def given(planner: User, code: str, *graders: str) -> Exam:
    """The exam that `planner` imports: with `graders` on committee 1, and candidate 10001, who is sofie."""
    key = f"194;{code};1;V1;HØST;2026"
    kept = keep_import(
        FsImport(
            by=planner,
            exams=f"{key};2026-11-20T09:00;Oslo;".encode(),
            committees="\n".join(f"{key};1;Oral;{grader};N" for grader in graders).encode(),
            candidates=f"sofie;{key};10001;1;".encode(),
        )
    )
    (exam,) = apply_import(kept).exams.values()
    return exam
