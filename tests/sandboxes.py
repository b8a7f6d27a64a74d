"""Sandboxes for tests, with names and keys that also exist in the register and other sandboxes."""

from types import SimpleNamespace
from typing import Any

from committees.actions.confirmation import confirm_grades, reopen_committee
from committees.actions.deleting import delete_candidates
from committees.actions.fs_import import apply_import, keep_import
from committees.actions.grading import set_grade
from committees.actions.sandboxes import create_sandbox
from committees.actions.transfer import fs_backend, transfer_grades
from committees.actions.uploads import upload_grades
from committees.enums import ChangeCode
from committees.models import Committee, Exam, FsImport, Grader, User
from tests.actions.uploading import sheet
from tests.conftest import seat, teach_fs
from tests.factories import CommitteeFactory, ExamFactory


def sample_sandbox(**exam: Any) -> SimpleNamespace:
    """
    Return a sandbox with the people's data: kari and ola on committee 1 of TDT4100 with candidates 10001–10003,
    planned by per, and sofie as 10001, all known to its own FS.
    """
    sandbox = create_sandbox()
    people = {name: _person(sandbox, name) for name in ("kari", "ola", "sofie")}
    people["per"] = _person(sandbox, "per", is_planner=True)
    made = ExamFactory.create(emnekode="TDT4100", sandbox=sandbox, planners=[people["per"]], **exam)
    one = CommitteeFactory.create(
        exam=made, number=1, graders=[people["kari"], people["ola"]], numbers=["10001", "10002", "10003"]
    )
    one.candidates.filter(number="10001").update(feide_name="sofie@ntnu.no", name="Sofie")
    teach_fs(made)
    return SimpleNamespace(sandbox=sandbox, exam=made, one=one, fs=fs_backend(sandbox.pk), **people)


def _person(sandbox: Any, name: str, **extra: Any) -> User:
    email = f"{name}@example.org"
    person = User.invited(
        f"{name}@ntnu.no", sandbox=sandbox, name=f"{name.title()} (robot)", email=email, **extra
    )
    person.save()
    return person


def fill_sandbox(there: SimpleNamespace) -> None:
    """Act until the sandbox has a row in every table: an import, an upload, a refused line, a reopening."""
    exam = import_exam(there.per, "WRLD1", "late@uio.no")
    delete_candidates(exam.candidates.all(), exam=exam, by=there.per)
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
    """Confirm by every grader of the exam."""
    for grader in Grader.objects.filter(committee__exam=exam).select_related("person", "committee__exam"):
        version = Committee.objects.get(pk=grader.committee_id).version
        confirm_grades(grader, expected_version=version, acknowledged=True)


def import_exam(planner: User, code: str, *graders: str) -> Exam:
    """Import an exam as `planner`, with `graders` on committee 1 and sofie as candidate 10001."""
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
