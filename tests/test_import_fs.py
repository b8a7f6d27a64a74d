"""`manage.py import_fs`: a folder of FS's files, imported unattended."""

import fcntl
import os
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from committees.models import Candidate, Exam, FsImport, LogEntry
from tests.conftest import People, confirm

KEY = "194;MUS2003;1;V1;HØST;2026"
EXAMS = f"{KEY};2026-12-01T09:00;Hall;\n"
COMMITTEES = f"{KEY};1;Concert;kari;N\n"
CANDIDATES = f"sofie;{KEY};30001;1;\n;{KEY};30002;1;\n"


def put(folder: Path, **files: str | bytes) -> None:
    """Write the files `NAME.txt`, ten minutes old."""
    for name, content in files.items():
        file = folder / f"{name}.txt"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(file, (time.time() - 600, time.time() - 600))


def run(folder: Path, **options: Any) -> tuple[int, list[list[str]]]:
    """The exit code, and the words of each line of the output."""
    out = StringIO()
    try:
        call_command("import_fs", folder, planner="per", stdout=out, **options)
    except CommandError as error:
        return error.returncode, [line.split() for line in out.getvalue().splitlines()]
    return 0, [line.split() for line in out.getvalue().splitlines()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() and path.name[0] != ".")


def test_files_are_imported_by_kind_and_moved(people: People, tmp_path: Path) -> None:
    put(tmp_path, a=CANDIDATES, b=COMMITTEES, c=EXAMS)
    code, lines = run(tmp_path, kind="paper", scale="PASS")
    assert (code, [line[2] for line in lines]) == (0, ["exams", "committees", "candidates"])
    exam = Exam.objects.get(emnekode="MUS2003")
    assert (exam.kind, exam.scale, exam.candidates.count(), list(exam.planners.all())) == (
        "paper",
        "PASS",
        2,
        [people.per],
    )
    assert names(tmp_path) == []
    assert sorted(name[-5:] for name in names(tmp_path / "imported")) == ["a.txt", "b.txt", "c.txt"]


def test_same_files_again_change_nothing(people: People, tmp_path: Path) -> None:
    put(tmp_path, a=EXAMS, b=CANDIDATES)
    assert run(tmp_path)[0] == 0
    before = LogEntry.objects.count(), FsImport.objects.count(), Candidate.objects.count()
    put(tmp_path, a=EXAMS, b=CANDIDATES)
    assert run(tmp_path)[0] == 0
    assert (LogEntry.objects.count(), FsImport.objects.count(), Candidate.objects.count()) == before
    assert names(tmp_path) == []


def test_bad_lines_are_skipped_with_a_report(people: People, tmp_path: Path) -> None:
    put(tmp_path, exams=EXAMS + "194;HALF\n194;HALF\n")
    code, lines = run(tmp_path)
    assert (code, lines[0][0], lines[0][-2:]) == (1, "imported", ["1", "problems"])
    assert Exam.objects.filter(emnekode="MUS2003").exists()
    (report,) = (tmp_path / "imported").glob("*.report.txt")
    assert report.read_text().startswith("Line 2–3: This line has 2 fields instead of 9")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (f";{KEY};30001;1;\n", "No exam has the key"),
        (EXAMS.encode("utf-16"), "UTF-16"),
        (EXAMS.encode("latin-1"), "Latin-1"),
        (f"{KEY};1;1;A;\n", "grades"),
        ("hello\n", "not a file of exams"),
        (f";{'194;XXX1000;1;V1;HØST;2026'};90001;1;\n", "not a planner"),
    ],
)
def test_refused_file_stays_with_a_report(
    people: People, tmp_path: Path, content: str | bytes, word: str
) -> None:
    put(tmp_path, file=content)
    assert run(tmp_path)[0] == 1
    assert names(tmp_path) == ["file.txt", "file.txt.report.txt"]
    assert word in (tmp_path / "file.txt.report.txt").read_text()
    assert FsImport.objects.count() == 0


def test_import_with_effects_on_confirmations_needs_a_planner(people: People, tmp_path: Path) -> None:
    confirm(people.kari, people.one)
    numbers = {"10001": 1, "10002": 1, "10003": 1, "10013": 2, "10014": 2, "10099": 1}
    lines = "".join(f";{';'.join(people.exam.key)};{number};{on};\n" for number, on in numbers.items())
    put(tmp_path, file=lines)
    assert run(tmp_path)[0] == 1
    assert "confirmations" in (tmp_path / "file.txt.report.txt").read_text()
    assert not Candidate.objects.filter(number="10099").exists()
    assert FsImport.objects.count() == 0


def test_corrected_file_loses_its_report(people: People, tmp_path: Path) -> None:
    put(tmp_path, file="hello\n")
    assert run(tmp_path)[0] == 1
    put(tmp_path, file=EXAMS)
    assert (run(tmp_path)[0], names(tmp_path)) == (0, [])


def test_new_and_unfinished_files_wait(people: People, tmp_path: Path) -> None:
    put(tmp_path, old=EXAMS)
    (tmp_path / "new.txt").write_text(CANDIDATES)
    (tmp_path / "half.txt.part").write_text(CANDIDATES)
    assert [line[1][-7:] for line in run(tmp_path)[1]] == ["old.txt"]
    assert names(tmp_path) == ["half.txt.part", "new.txt"]
    assert run(tmp_path, min_age=0)[0] == 0
    assert names(tmp_path) == ["half.txt.part"]


def test_simultaneous_import_of_the_folder_stops(people: People, tmp_path: Path) -> None:
    put(tmp_path, file=EXAMS)
    with (tmp_path / ".import_fs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run(tmp_path) == (2, [])
    assert run(tmp_path)[0] == 0


@pytest.mark.parametrize("name", ["kari", "nobody", "per@uio.no"])
def test_only_a_planner_imports(people: People, tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError):
        call_command("import_fs", tmp_path, planner=name)
    call_command("import_fs", tmp_path, planner="per@ntnu.no")


def test_missing_folder_is_reported(people: People, tmp_path: Path) -> None:
    assert run(tmp_path / "none")[0] == 1
