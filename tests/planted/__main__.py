"""
Plant each fault in a temporary copy of the code, run its tests, and print whether one failed.

Exits with 1 if a fault survives, or if the code of a fault is not found exactly once: then update `faults.py`.
"""

import argparse
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.planted.faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", "build", "demo", "__pycache__", "*_cache", ".hypothesis"
)
QUICK = ["tests", "-m", "not ((slow or browser or engines) and not walk)"]
"""As `make test`."""
SOURCES = ("committees", "fs", "gradereg", "static", "templates", "training")


def place_of(fault: Fault, root: Path = ROOT) -> Path:
    """Return the file with the code of `fault`: the named one, or the only other one with that code."""
    named = root / fault.file
    if named.exists() and named.read_text().count(fault.old) == 1:
        return named
    files = [
        file
        for name in SOURCES
        for ending in ("py", "js", "html")
        for file in root.joinpath(name).rglob(f"*.{ending}")
    ]
    found = [file for file in files if fault.old in file.read_text()]
    if len(found) != 1 or found[0].read_text().count(fault.old) != 1:
        raise LookupError(f"{fault.file}: {fault.old!r} is in {len(found)} files, or more than once in one")
    return found[0]


def survives(fault: Fault, copy: Path, python: str, tests: list[str]) -> bool:
    """Plant `fault` in `copy`, run `tests`, and restore the file. Raise RuntimeError if the tests could not run."""
    place = place_of(fault, copy)
    sound = place.read_text()
    place.write_text(sound.replace(fault.old, fault.new))
    command = [python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    finally:
        place.write_text(sound)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{fault.file}: pytest ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="only look whether the code of each fault is found"
    )
    parser.add_argument("--only", type=int, nargs="*", help="numbers of faults, from 0")
    parser.add_argument(
        "--quick", action="store_true", help="run what make test runs, not the tests of each fault"
    )
    given = parser.parse_args()
    missing = []
    for fault in FAULTS:
        try:
            place_of(fault)
        except LookupError as error:
            missing.append(str(error))
    print("\n".join([*missing, f"{len(FAULTS)} faults, {len(missing)} without their code"]))
    if missing or given.check:
        return bool(missing)
    numbers = given.only if given.only is not None else range(len(FAULTS))
    survivors = []
    with tempfile.TemporaryDirectory(prefix="gradereg-planted-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
        for number in numbers:
            fault = FAULTS[number]
            own = ["-n", "0", *shlex.split(fault.tests)]
            is_alive = survives(fault, copy, sys.executable, QUICK if given.quick else own)
            print(
                f"{number:3} {'SURVIVED' if is_alive else 'caught'}: {fault.file}: {fault.old} -> {fault.new}",
                flush=True,
            )
            survivors += [number] if is_alive else []
    print(f"{len(numbers) - len(survivors)} of {len(numbers)} caught; survivors: {survivors}")
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main())
