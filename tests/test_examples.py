from pathlib import Path

import pytest

from committees.actions.fs_import import preview_import
from committees.models import FsImport
from tests.conftest import People

pytestmark = pytest.mark.db_independent

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"


def test_documented_examples_import_without_problems(people: People) -> None:
    files = {name: (EXAMPLES / f"{name}.txt").read_bytes() for name in ("exams", "committees", "candidates")}
    plan = preview_import(FsImport(by=people.per, **files))
    assert plan.problems == []
    assert (len(plan.new_exams), len(plan.new_committees), len(plan.new_graders)) == (2, 3, 5)
    assert (len(plan.new_candidates), sorted(plan.invited)) == (24, ["liv.external@uib.no", "ola@uio.no"])
