"""Uploads are read in a separate process, which may end at any time and ends with the server."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from committees.files import reading_process
from committees.files.candidate_list import as_text
from committees.files.grade_sheet import UnreadableFile, read_and_check
from committees.files.reading_process import NICE, Checked, ReadingProcess
from committees.grade_scales import LETTERS
from tests.actions.uploading import sheet
from tests.demo_files import make_demo
from tests.files.build import raw_book
from tests.site.server import Visitor, database, environment, serve

pytestmark = pytest.mark.db_independent

CURRENT = {"10001": "", "10002": "C"}
SCALE = LETTERS


@pytest.fixture
def reading() -> Iterator[ReadingProcess]:
    process = ReadingProcess()
    yield process
    process.end()


def pid(reading: ReadingProcess) -> int:
    assert reading.pid is not None
    return reading.pid


def check(reading: ReadingProcess, content: bytes, current: dict[str, str], scale: Any) -> Checked:
    return cast("Checked", reading.read(read_and_check, content, current=current, scale=scale))


def test_rows_are_as_in_the_server_process(reading: ReadingProcess) -> None:
    content = sheet(("10001", "A"), ("10002", "X"), ("10009", "B"))
    assert check(reading, content, CURRENT, SCALE) == read_and_check(content, current=CURRENT, scale=SCALE)
    assert psutil.Process(pid(reading)).nice() == os.nice(0) + NICE


def test_list_is_as_in_the_server_process(reading: ReadingProcess) -> None:
    content = sheet(("10001", "A"), ("10002", "X"))
    assert reading.read(as_text, content) == as_text(content)
    with pytest.raises(UnreadableFile) as refused:
        reading.read(as_text, b"no workbook")
    assert refused.value.code == "text"


def test_refusal_keeps_its_code_and_parameters(reading: ReadingProcess) -> None:
    with pytest.raises(UnreadableFile) as refused:
        check(reading, raw_book('<row r="1"/><row r="1"/>'), CURRENT, SCALE)
    assert (refused.value.code, refused.value.params) == ("duplicate-row", {"sheet": "S", "place": 1})


def test_killed_process_is_restarted(reading: ReadingProcess) -> None:
    check(reading, sheet(("10001", "A")), CURRENT, SCALE)
    killed = pid(reading)
    os.kill(killed, signal.SIGKILL)
    _sheet, result = check(reading, sheet(("10001", "A")), CURRENT, SCALE)
    assert (result.counts["updated"], pid(reading) == killed) == (1, False)


def test_reader_error_is_raised_in_the_server(reading: ReadingProcess) -> None:
    with pytest.raises(AttributeError) as raised:
        check(reading, sheet(("10001", "A")), {"10001": ""}, "no scale")
    assert "read_and_check" in raised.value.__notes__[0]
    assert check(reading, sheet(("10001", "A")), CURRENT, SCALE)[1].counts["updated"] == 1


def test_timeout_refuses_the_file_and_ends_the_process(
    reading: ReadingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(reading, sheet(("10001", "A")), CURRENT, SCALE)
    slow = psutil.Process(pid(reading))
    slow.suspend()
    monkeypatch.setattr(reading_process, "LIMIT_SECONDS", 0.2)
    with pytest.raises(UnreadableFile) as refused:
        check(reading, sheet(("10001", "A")), CURRENT, SCALE)
    assert (refused.value.code, slow.is_running()) == ("too-slow", False)
    monkeypatch.undo()
    assert check(reading, sheet(("10001", "A")), CURRENT, SCALE)[1].counts["updated"] == 1


def test_each_server_process_has_one_and_ends_it(tmp_path: Path) -> None:
    with database() as found:
        settings = environment(tmp_path, **found)
        make_demo(settings)
        with serve(settings, tmp_path / "log") as server:
            (worker,) = psutil.Process(server.pid).children()
            kari = Visitor(server.address)
            kari.sign_in("kari", "demo")
            kari.get("/committees/1/upload/")
            answer = kari.upload("/committees/1/upload/", {"file": ("a.xlsx", sheet(("10001", "A")))})
            assert (answer.status, 'data-updated="1"' in answer.text) == (200, True)
            per = Visitor(server.address)
            per.sign_in("per", "demo")
            path = "/plan/exams/1/candidates/add/"
            per.get(path)
            answer = per.upload(path, {"file": ("a.xlsx", sheet(("20001", "A")))})
            assert (answer.status, "20001" in answer.text) == (200, True)
            readers = [one for one in worker.children() if one.nice() == worker.nice() + NICE]
            assert len(readers) == 1
            worker.kill()
            gone, alive = psutil.wait_procs(readers, timeout=20)
            assert (len(gone), alive) == (1, [])
