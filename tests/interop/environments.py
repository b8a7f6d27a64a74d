"""Environments of the writers: one for each below build/interop, or what Debian has installed."""

import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.browser.demo_site import CALC_SCRIPT, python_with_uno

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "interop"
INSTALL_SECONDS, RUN_SECONDS = 300, 120


class NotAvailableError(Exception):
    """A writer is not available on this machine; the text has the reason."""


class WriterError(Exception):
    """A writer failed; the text is its last line of output."""


def run(command: list[str], *, stdin: str = "", folder: Path = ROOT, seconds: int = RUN_SECONDS) -> str:
    """Return the output of `command`. Raise WriterError if it fails or takes too long."""
    try:
        done = subprocess.run(
            command, input=stdin, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise WriterError(f"took more than {seconds} s") from error
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise WriterError(
            next((line for line in reversed(lines) if "Error" in line), lines[-1]).strip()[:160]
        )
    return done.stdout


@dataclass(frozen=True)
class Job:
    """One task for a writer: what it reads (rows, or a workbook) and writes (a workbook, or rows), and the cells to set."""

    task: str
    source: Path
    target: Path
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        return [self.task, str(self.source), str(self.target)]


@dataclass(frozen=True)
class PythonEnvironment:
    """A virtual environment with `packages`; the first is tested as `name`."""

    name: str
    packages: tuple[str, ...]

    @cached_property
    def python(self) -> str:
        folder = BUILD / "python" / self.name.replace(" ", "-")
        python, installed = folder / "bin" / "python", folder / "installed"
        wanted = "\n".join(self.packages)
        if not installed.exists() or installed.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            _install([sys.executable, "-m", "venv", str(folder)])
            _install([str(python), "-m", "pip", "install", "-q", "--prefer-binary", *self.packages])
            installed.write_text(wanted)
        return str(python)

    def version(self) -> str:
        names = [re.split(r"[\[>=]", package)[0] for package in self.packages]
        code = f"from importlib.metadata import version; print(*map(version, {names}))"
        return ", ".join(run([self.python, "-c", code]).split())

    def perform(self, job: Job) -> None:
        script = str(HERE / "in_python.py")
        run([self.python, script, self.name, *job.arguments], stdin=json.dumps(job.cells))


@dataclass(frozen=True)
class NodeEnvironment:
    """A folder with one package of npm."""

    name: str
    versions: str

    @cached_property
    def folder(self) -> Path:
        folder = BUILD / "node" / self.name.replace("/", "-").lstrip("@")
        installed = folder / "installed"
        if not installed.exists() or installed.read_text() != self.versions:
            if not shutil.which("npm"):
                raise NotAvailableError("install nodejs and npm")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            wanted = {"private": True, "dependencies": {self.name: self.versions}}
            (folder / "package.json").write_text(json.dumps(wanted))
            _install(["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
            installed.write_text(self.versions)
        return folder

    def version(self) -> str:
        found = self.folder / "node_modules" / self.name / "package.json"
        return str(json.loads(found.read_text())["version"])

    def perform(self, job: Job) -> None:
        script = str(HERE / "in_node.mjs")
        run(["node", script, self.name, *job.arguments], stdin=json.dumps(job.cells), folder=self.folder)


@dataclass(frozen=True)
class DebianEnvironment:
    """
    A library from Debian's `package`. `asks` prints its version, or fails if it is missing; `begins` is the start of
    the command of a task.
    """

    package: str
    asks: tuple[str, ...]
    begins: tuple[str, ...]
    form: str = "json"

    def version(self) -> str:
        try:
            return run(list(self.asks)).splitlines()[-1].strip()
        except (OSError, WriterError) as error:
            raise NotAvailableError(f"install {self.package}") from error

    def perform(self, job: Job) -> None:
        """Run the task, with tabs in place of JSON where the language has none."""
        if self.form == "json":
            run([*self.begins, *job.arguments], stdin=json.dumps(job.cells))
            return
        lines = "".join(f"{place}\t{text}\n" for place, text in job.cells.items())
        rows = job.source.with_suffix(".tsv") if job.task == "build" else job.source
        written = job.target.with_suffix(".tsv") if job.task == "read" else job.target
        if job.task == "build":
            texts = json.loads(job.source.read_text())
            rows.write_text("".join("\t".join(row) + "\n" for row in texts))
        run([*self.begins, job.task, str(rows), str(written)], stdin=lines)
        if job.task == "read":
            texts = [line.split("\t") for line in written.read_text().splitlines()]
            job.target.write_text(json.dumps(texts))


@dataclass(frozen=True)
class Missing:
    """A well-known writer that is not available, with the reason."""

    reason: str

    def version(self) -> str:
        raise NotAvailableError(self.reason)

    def perform(self, job: Job) -> None:
        raise WriterError(self.reason)


class LibreOffice:
    """Calc: it reads and writes CSV with text columns, and is filled in as by a person."""

    AS_TEXT = "44,34,76,1,1/2/2/2/3/2"
    """Commas, quotes, UTF-8, from row 1, three columns of text."""

    def version(self) -> str:
        if not shutil.which("soffice") or not python_with_uno():
            raise NotAvailableError("install libreoffice-calc-nogui python3-uno")
        return run(["soffice", "--version"]).split()[1]

    def perform(self, job: Job) -> None:
        if job.task == "edit":
            cells = [f"{place}={text}" for place, text in job.cells.items()]
            run([str(python_with_uno()), str(CALC_SCRIPT), str(job.source), str(job.target), *cells])
        elif job.task == "build":
            rows = job.source.with_suffix(".csv")
            with rows.open("w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows(json.loads(job.source.read_text()))
            self._convert(rows, job.target, "xlsx", f"--infilter=CSV:{self.AS_TEXT}")
        else:
            rows = job.target.with_suffix(".csv")
            self._convert(job.source, rows, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true")
            job.target.write_text(json.dumps(_csv_rows(rows)))

    def _convert(self, source: Path, target: Path, form: str, *options: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
            command = ["soffice", profile, "--headless", *options, "--convert-to", form, "--outdir", folder]
            run([*command, str(source)])
            shutil.move(Path(folder, source.with_suffix(target.suffix).name), target)


class Gnumeric:
    """Gnumeric's converter. It can't edit, so the list that it saves again is already filled in."""

    def version(self) -> str:
        if not shutil.which("ssconvert"):
            raise NotAvailableError("install gnumeric")
        return run(["ssconvert", "--version"]).split("'")[1]

    def perform(self, job: Job) -> None:
        if job.task == "read":
            rows = job.target.with_suffix(".csv")
            run(["ssconvert", str(job.source), str(rows)])
            job.target.write_text(json.dumps(_csv_rows(rows)))
        else:
            kind = "--export-type=Gnumeric_Excel:xlsx2"
            run(["ssconvert", kind, str(job.source), str(job.target)])


def _csv_rows(file: Path) -> list[list[str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def _install(command: list[str], folder: Path = ROOT) -> None:
    try:
        run(command, folder=folder, seconds=INSTALL_SECONDS)
    except WriterError as error:
        raise NotAvailableError(f"not installed: {error}") from error
