"""FS files for imports, and rows of their results."""

from typing import Any

from django.apps import apps

from committees.actions.fs_import import apply_import, keep_import
from committees.actions.import_plan import ImportPlan
from committees.models import Candidate, Committee, FsImport, User
from tests.conftest import agreeing

NEW = "194;NEW1000;1;V1;VÅR;2027"
OLD = "194;TDT4100;1;V1;HØST;2026"
THEIRS = "194;XXX1000;1;V1;HØST;2026"
EXAMS = [f"{NEW};2027-05-20T09:00;Hall 3;"]
COMMITTEES = [f"{NEW};1;Morning;kari;N", f"{NEW};1;Morning;new@uio.no;J", f"{NEW};2;Afternoon;ola;N"]
CANDIDATES = [
    f"sofie;{NEW};50001;1;",
    f"x@uio.no;{NEW};50002;1;90000000",
    f";{NEW};50003;2;",
    f";{NEW};50004;;",
]


def files(**lines: list[str]) -> dict[str, bytes]:
    return {kind: "".join(f"{line}\n" for line in each).encode() for kind, each in lines.items()}


def given(by: User, **lines: list[str]) -> FsImport:
    """Return the import with these lines (exams, committees, candidates), uploaded by `by`."""
    return keep_import(FsImport(by=by, **files(**lines)))


def imported(by: User, **lines: list[str]) -> ImportPlan:
    return agreeing(apply_import, given(by, **lines))


def told(plan: ImportPlan) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.line, str(problem.sentence)) for problem in plan.problems]


def placed(key_part: str) -> dict[str, int | None]:
    """Return the committee number of each candidate of the exam with this course code."""
    there = Candidate.objects.filter(exam__emnekode=key_part).order_by("number")
    return dict(there.values_list("number", "committee__number"))


def old_rows(*, without: str = "", **instead: str) -> list[str]:
    """Return the candidates of TDT4100 as in FS, without one, or with another line (`n10001=...`)."""
    numbers = {"10001": 1, "10002": 1, "10003": 1, "10013": 2, "10014": 2}
    rows = {number: f";{OLD};{number};{committee};" for number, committee in numbers.items()}
    rows |= {number.removeprefix("n"): line for number, line in instead.items()}
    return [line for number, line in rows.items() if number != without]


def rows_everywhere() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of ours and of FS."""
    models = [model for label in ("committees", "fs") for model in apps.get_app_config(label).get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def digests(*committees: Committee) -> list[str]:
    return [Committee.objects.get(pk=committee.pk).digest for committee in committees]
