"""Dependencies are bounded, pinned and audited."""

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
def test_versions_have_both_bounds(wanted: str) -> None:
    assert re.search(r">=[\d.]+,<[\d.]+$", wanted)


@pytest.mark.parametrize("wanted", WANTED)
def test_dependencies_are_pinned(wanted: str) -> None:
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
        "2 of 2 dependencies audited: 1 known vulnerabilities.\n",
    ),
    "none": ([package("django"), SKIPPED], 0, "1 of 2 dependencies audited: 0 known vulnerabilities.\n"),
    "nothing known": (
        [SKIPPED],
        0,
        "Dependencies were not audited: the vulnerability database has no data about them.\n",
    ),
    "no network": (
        None,
        0,
        "Dependencies were not audited: the vulnerability database could not be reached.\n",
    ),
}


@pytest.mark.parametrize(("packages", "code", "told"), ANSWERS.values(), ids=ANSWERS)
def test_vulnerability_fails_the_audit_and_missing_network_does_not(
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
    assert ("django 1.0: CVE-1, fixed in 2.0" in done.stderr) is bool(code)


def commands(target: str, path: str = "/usr/bin:/bin") -> str:
    """Return the commands by which `make` makes a target in a fresh clone, without running them."""
    call = ["make", "--dry-run", "--always-make", target, "PYTHON=python3"]
    return subprocess.run(
        call, cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=True
    ).stdout


def test_demo_installs_no_developer_tools() -> None:
    assert "-c constraints.txt -e '.[postgres]'\n" in commands("demo")
    assert ",dev" not in commands("demo")


@pytest.mark.parametrize("target", ["test", "test-all", "check"])
def test_developers_get_everything_except_benchmark_tools(target: str) -> None:
    assert "-c constraints.txt -e '.[postgres,dev]'\n" in commands(target)


def test_uv_is_used_if_installed(tmp_path: Path) -> None:
    assert ".venv/bin/pip install" in commands("demo")
    (tmp_path / "uv").touch(0o755)
    found = commands("demo", f"{tmp_path}:/usr/bin:/bin")
    assert "uv venv --quiet --python python3 .venv\n" in found
    assert "uv pip install --quiet --python .venv -c constraints.txt -e '.[postgres]'\n" in found
    assert "bin/pip" not in found
