"""The three browser engines, each driven by Selenium: Chromium, Firefox, and WebKit, the engine of Safari."""

import glob
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options as ChromeOptions
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.engines.marionette import FIREFOX, launch_firefox

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
CHROMEDRIVER = shutil.which("chromedriver")
WEBKIT_DRIVER = shutil.which("WebKitWebDriver")
MINI_BROWSER = next(iter(glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")), None)
XVFB = shutil.which("Xvfb")

PACKAGES = {"chromium": "chromium-driver", "firefox": "firefox-esr", "webkit": "webkit2gtk-driver xvfb"}
"""Debian packages by engine."""


def is_installed(engine: str) -> bool:
    return {
        "chromium": CHROMIUM and CHROMEDRIVER,
        "firefox": FIREFOX,
        "webkit": WEBKIT_DRIVER and MINI_BROWSER and XVFB,
    }[engine] is not None


@contextmanager
def launch(engine: str, folder: Path) -> Iterator[WebDriver]:
    """Start a browser with its profile in `folder` and downloads in `folder`/downloads."""
    downloads = folder / "downloads"
    downloads.mkdir(parents=True)
    if engine == "webkit":
        with display() as name:
            driver: WebDriver = launch_webkit(folder, downloads, name)
            yield driver
            driver.quit()
        return
    driver = launch_firefox(folder, downloads) if engine == "firefox" else launch_chromium(downloads)
    yield driver
    driver.quit()


def launch_chromium(downloads: Path) -> WebDriver:
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-quic", "lang=en-GB"):
        options.add_argument(f"--{argument}")
    # Smooth scrolling moves elements before they are clicked.
    options.add_argument("--force-prefers-reduced-motion")
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    return webdriver.Chrome(options=options, service=ChromeService(CHROMEDRIVER))


def launch_webkit(folder: Path, downloads: Path, display_name: str) -> WebDriver:
    """Start MiniBrowser, the browser of WebKitGTK, with a home of its own for downloads."""
    config = folder / ".config"
    (config / "gtk-3.0").mkdir(parents=True)
    # Smooth scrolling moves elements before they are clicked; overlay scroll bars appear in pictures.
    settings = "[Settings]\ngtk-enable-animations=0\ngtk-overlay-scrolling=0\n"
    (config / "gtk-3.0" / "settings.ini").write_text(settings)
    (config / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment |= {"HOME": str(folder), "DISPLAY": display_name, "LANGUAGE": "en_GB", "NO_AT_BRIDGE": "1"}
    options = WebKitOptions()
    options.binary_location = MINI_BROWSER or ""
    options.add_argument("--automation")
    service = WebKitService(WEBKIT_DRIVER, env=environment)
    with warnings.catch_warnings():
        # Selenium's class for WebKitGTK uses a deprecated connection.
        warnings.simplefilter("ignore", DeprecationWarning)
        return webdriver.WebKitGTK(options=options, service=service)


@contextmanager
def display() -> Iterator[str]:
    """A virtual screen."""
    assert XVFB is not None
    read, write = os.pipe()
    command = [XVFB, "-displayfd", str(write), "-screen", "0", "1400x1100x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        name = f":{answer.readline().strip()}"
    try:
        yield name
    finally:
        server.terminate()
        server.wait()
