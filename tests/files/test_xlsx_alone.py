"""The strict reader can be taken out of this repository as it is."""

import shutil
import subprocess
import sys
from pathlib import Path

from committees.files import xlsx
from committees.files.grade_sheet import FileProblem

from .build import raw_book

READ = """
import sys
sys.path.insert(0, sys.argv[1])
from taken_out import Problem, UnreadableFile, read_workbook
print(read_workbook(open(sys.argv[2], "rb").read())[0].rows[0].cells[1].text)
try:
    read_workbook(b"")
except UnreadableFile as error:
    print(error.code)
"""


def test_reader_runs_with_the_standard_library_only(tmp_path: Path) -> None:
    shutil.copytree(Path(xlsx.__file__).parent, tmp_path / "taken_out")
    book = tmp_path / "book.xlsx"
    book.write_bytes(raw_book('<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'))
    # -I and -S: neither this repository nor any installed package can be imported.
    command = [sys.executable, "-I", "-S", "-c", READ, str(tmp_path), str(book)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.stdout.split(), answer.stderr) == (["text", "empty-file"], "")


def test_each_code_has_a_sentence() -> None:
    assert {str(problem) for problem in xlsx.Problem} <= set(FileProblem.values)
