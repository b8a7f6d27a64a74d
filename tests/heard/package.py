"""The virtual screen reader, a package of npm that only tests use: one script, fetched once into build/."""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE, VERSION = "@guidepup/virtual-screen-reader", "0.33.0"
INTEGRITY = "sha512-CXMkIx19oFZ7BS7TcvDibXn6A2RsEs8nVX9IijHW7HQ0qTGHgc2WErkaMi12YPQi1Zypxr36NfRYWgBxUNvMtQ=="
SCRIPT = ROOT / "build" / "heard" / f"virtual-screen-reader-{VERSION}.js"
INSTALL_SECONDS = 300


class NotAvailableError(Exception):
    """The package can't be fetched here; the text has the reason."""


def script() -> Path:
    """Return the package's script for browsers. Node runs only to fetch it."""
    if not SCRIPT.exists():
        SCRIPT.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SCRIPT.parent) as folder:
            fetched = Path(folder, SCRIPT.name)
            fetched.write_bytes(_script_in(_fetch(Path(folder))))
            os.replace(fetched, SCRIPT)  # several workers may fetch it at once
    return SCRIPT


def _fetch(folder: Path) -> Path:
    """Let npm download the package, and check its hash."""
    if not shutil.which("npm"):
        raise NotAvailableError("no npm here; apt-get install npm brings it")
    command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
    )
    archives = list(folder.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        raise NotAvailableError(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-200:]}")
    digest = hashlib.sha512(archives[0].read_bytes()).digest()
    if f"sha512-{base64.b64encode(digest).decode()}" != INTEGRITY:
        raise AssertionError(f"{PACKAGE} {VERSION} is not the pinned file")
    return archives[0]


def _script_in(archive: Path) -> bytes:
    with tarfile.open(archive) as contents:
        found = contents.extractfile("package/lib/esm/index.browser.js")
        assert found is not None
        return found.read()
