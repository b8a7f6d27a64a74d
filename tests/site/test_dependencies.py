"""What we depend on: bounded, pinned, and audited where somebody can be asked."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.browser.demo_site import ROOT

pytestmark = pytest.mark.db_independent

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"].values()
WANTED = [*PROJECT["project"]["dependencies"], *(one for extra in EXTRAS for one in extra)]
PINNED = dict(
    line.lower().split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
)


@pytest.mark.parametrize("wanted", [*WANTED, *PROJECT["build-system"]["requires"]])
def test_every_version_has_a_lower_and_an_upper_bound(wanted: str) -> None:
    assert re.search(r">=[\d.]+,<[\d.]+$", wanted)


@pytest.mark.parametrize("wanted", WANTED)
def test_every_dependency_is_pinned(wanted: str) -> None:
    name = re.split(r"[\[>=<]", wanted)[0].lower()
    assert {name, name.replace("-", "_"), name.replace("-", ".")} & set(PINNED)


def package(name: str, *holes: str) -> dict[str, Any]:
    vulns = [{"id": hole, "fix_versions": ["2.0"], "aliases": [], "description": ""} for hole in holes]
    return {"name": name, "version": "1.0", "vulns": vulns}


SKIPPED = {"name": "django", "skip_reason": "Dependency not found"}
ANSWERS = {
    "a hole": (
        [package("django", "CVE-1"), package("lucide")],
        1,
        "2 of 2 dependencies audited: 1 known holes.\n",
    ),
    "none": ([package("django"), SKIPPED], 0, "1 of 2 dependencies audited: 0 known holes.\n"),
    "nothing known": (
        [SKIPPED],
        0,
        "Dependencies were not audited: the registry knows nothing of their holes.\n",
    ),
    "nobody there": (None, 0, "Dependencies were not audited: nobody could be asked for known holes.\n"),
}


@pytest.mark.parametrize(("packages", "code", "told"), ANSWERS.values(), ids=ANSWERS)
def test_a_hole_is_red_and_a_network_that_is_away_is_not(
    tmp_path: Path, packages: list[dict[str, Any]] | None, code: int, told: str
) -> None:
    answer = "" if packages is None else json.dumps({"dependencies": packages})
    auditor = tmp_path / "pip-audit"
    auditor.write_text(
        f"#!{sys.executable}\nimport sys\nprint({answer!r})\nsys.exit({int(bool(code or not answer))})\n"
    )
    auditor.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "bin/audit", str(auditor)], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (code, told)
    assert ("django 1.0: CVE-1, mended in 2.0" in done.stderr) is bool(code)
