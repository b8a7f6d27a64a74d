import os
import subprocess
import sys
from pathlib import Path

import pytest

from committees.grade_scales import GRADES, SCALES, Grade, GradeScale, declare

pytestmark = pytest.mark.db_independent

ROOT = Path(__file__).parents[1]


def test_third_scale_needs_one_declaration(tmp_path: Path) -> None:
    """In a process of its own: models, constraints and forms read the declarations when they are imported."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
    command += ["--ds=tests.third_scale.settings", f"--basetemp={tmp_path}", "tests/third_scale/walk.py"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


@pytest.mark.parametrize(
    ("grades", "what"),
    [
        ((Grade("X", "X", "X"), Grade("Y", "Y", "X")), "key"),
        ((Grade("X", "X", "X"), Grade("Y", "X", "Y")), "FS code"),
        ((Grade("X", "X", "X"), Grade("Y", "Y", "Y", synonyms=("x",))), "spelling"),
        ((Grade("A", "A", "A"),), "belongs to another scale"),
        ((Grade("X", "X", "1"),), "no letter"),
        ((Grade("X", "X", ""),), "no letter"),
        ((Grade("X" * 11, "X", "X"),), "too long"),
        ((Grade("X", "X" * 21, "X"),), "too long"),
        ((Grade("", "X", "X"),), "empty"),
    ],
)
def test_invalid_scale_is_refused(grades: tuple[Grade, ...], what: str) -> None:
    before = (dict(SCALES), dict(GRADES))
    with pytest.raises(ValueError, match=what):
        declare(GradeScale("faulty", "Faulty", "", grades))
    assert before == (SCALES, GRADES)


def test_scale_codes_are_unique() -> None:
    with pytest.raises(ValueError, match="taken"):
        declare(GradeScale("PASS", "Again", "", (Grade("X", "X", "X"),)))
