"""Problems are found again in the TOML text."""

import pytest

from training.scenarios.loader import read_text
from training.scenarios.places import located

pytestmark = pytest.mark.db_independent

TEXT = """\
role = "boss"
minutes = 5
title = { en = "A", nb = "A", nn = "A" }
about.en = "A"
about.nb = "A"
end = [
  { notes = 1 },
]

[[exams]]
code = "A"
name = { en = "A", nb = "A", nn = "A" }
  [[exams.committees]]
  number = "1"
  candidates = "10001"

[[tasks]]
key = "a"
title = { en = "A", nb = "A", nn = "A" }
text = { en = "A", nb = "A", nn = "A" }
hint = { en = "A", nb = "A", nn = "A" }
done = [{ seen = "grade", no = 1 }]

[[tasks]]
key = "b"
"""


def test_lines_and_places() -> None:
    found = {(one.place, one.line) for one in located(read_text(TEXT)[1], TEXT)}
    assert found == {
        ("Scenario", 4),  # about has no nn
        ("Exam 1, committee 1", 14),
        ("Task 1, condition 1", 22),
        ("Task 2", 24),
    }


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = ", 2), ("a = 1\n\n[[a]]", 3), ("x" * 70_000, 0)])
def test_line_of_text_that_is_not_toml(text: str, line: int) -> None:
    (problem,) = located(read_text(text)[1], text)
    assert (problem.place, problem.line) == ("", line)
