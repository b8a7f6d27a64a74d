"""The page of refusals: `python -m tests.docs.refusals` writes it."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import django
from django.utils import translation

PAGE = Path(__file__).parents[2] / "docs/reference/refusals.md"
PARAMETER = re.compile(r"%\((\w+)\)s")
HEAD = """\
# Refusals

Every reason why an act may not happen, a file can't be read, or a row of a file is rejected. Programs and tests compare
codes; people read the sentence, in English, bokmål or nynorsk. A name in *italics* is a parameter.

This page is written by `python -m tests.docs.refusals` and compared with the code by `tests/docs/test_refusals.py`.
"""
SECTIONS = {
    "Acts": "`Refusal` in `committees/errors.py`. Answered with 409; nothing was changed.",
    "Training": "`TrainingRefusal` in `training/errors.py`. Answered with 409.",
    "Files": "`FileProblem` in `committees/files/grade_sheet/problems.py`. Answered with 422; nothing of the file was used.",
    "Rows": "`Reason` in `committees/files/grade_sheet/spelling.py`, the `data-reason` of a row in a result. The other "
    "rows were used.",
}


def page() -> str:
    """Return the text of the page."""
    from committees.errors import Refusal  # noqa: PLC0415  # needs Django
    from committees.files.grade_sheet import FileProblem, Reason  # noqa: PLC0415
    from committees.files.grade_sheet.explaining import SENTENCES  # noqa: PLC0415
    from training.errors import TrainingRefusal  # noqa: PLC0415

    with translation.override("en"):
        tables = (
            [(code.value, str(code.label)) for code in Refusal],
            [(code.value, str(code.label)) for code in TrainingRefusal],
            [(code.value, str(code.label)) for code in FileProblem],
            [(reason.value, str(SENTENCES[reason])) for reason in Reason],
        )
    parts = [
        f"## {title}\n\n{lead}\n\n{_table(rows)}"
        for (title, lead), rows in zip(SECTIONS.items(), tables, strict=True)
    ]
    return "\n".join([HEAD, *parts])


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| `{code}` | " + PARAMETER.sub(r"*\1*", sentence) + " |" for code, sentence in rows]
    return "\n".join(["| code | sentence |", "|---|---|", *lines, ""])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(page())
