"""
Firefox for Selenium without geckodriver, which Debian does not package. Firefox itself serves WebDriver commands
over its Marionette socket: a message is its length, a colon, and a JSON list.
"""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from selenium.webdriver.common.options import ArgOptions
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PREFERENCES = {
    "marionette.port": 0,  # Firefox chooses a free one and writes it into its profile.
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "services.settings.server": "data:,",
    "ui.prefersReducedMotion": 1,  # Smooth scrolling moves elements before they are clicked.
    "intl.accept_languages": "en-GB",
    "browser.download.folderList": 2,
    "browser.download.alwaysOpenPanel": False,
    "browser.helperApps.neverAsk.saveToDisk": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}
MESSAGES = {
    Command.NEW_SESSION: "WebDriver:NewSession",
    Command.GET: "WebDriver:Navigate",
    Command.GO_BACK: "WebDriver:Back",
    Command.REFRESH: "WebDriver:Refresh",
    Command.GET_CURRENT_URL: "WebDriver:GetCurrentURL",
    Command.GET_TITLE: "WebDriver:GetTitle",
    Command.DELETE_ALL_COOKIES: "WebDriver:DeleteAllCookies",
    Command.FIND_ELEMENT: "WebDriver:FindElement",
    Command.FIND_ELEMENTS: "WebDriver:FindElements",
    Command.CLICK_ELEMENT: "WebDriver:ElementClick",
    Command.CLEAR_ELEMENT: "WebDriver:ElementClear",
    Command.SEND_KEYS_TO_ELEMENT: "WebDriver:ElementSendKeys",
    Command.GET_ELEMENT_ATTRIBUTE: "WebDriver:GetElementAttribute",
    Command.GET_ELEMENT_TEXT: "WebDriver:GetElementText",
    Command.W3C_EXECUTE_SCRIPT: "WebDriver:ExecuteScript",
    Command.W3C_EXECUTE_SCRIPT_ASYNC: "WebDriver:ExecuteAsyncScript",
    Command.W3C_ACTIONS: "WebDriver:PerformActions",
    Command.W3C_CLEAR_ACTIONS: "WebDriver:ReleaseActions",
    Command.W3C_DISMISS_ALERT: "WebDriver:DismissAlert",
    Command.SET_WINDOW_RECT: "WebDriver:SetWindowRect",
    Command.SCREENSHOT: "WebDriver:TakeScreenshot",
    Command.PRINT_PAGE: "WebDriver:Print",
    Command.QUIT: "Marionette:Quit",
}
"""Marionette's names of the WebDriver commands that the tests use."""


class MarionetteConnection(RemoteConnection):
    """A connection that sends Selenium's commands to a Firefox process."""

    def __init__(self, profile: Path, downloads: Path) -> None:
        assert FIREFOX is not None
        super().__init__(
            client_config=ClientConfig("http://127.0.0.1")
        )  # Nothing is sent there: `execute` is our own.
        write_preferences(profile, {**PREFERENCES, "browser.download.dir": str(downloads)})
        command = [FIREFOX, "--marionette", "--headless", "--no-remote", "--profile", str(profile)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection = socket.create_connection(("127.0.0.1", wait_for_port(profile)), timeout=60)
        self.stream = self.connection.makefile("rb")
        self.count = 0
        self._receive()  # the greeting

    def execute(self, command: str, params: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        sent = json.dumps([0, self.count, MESSAGES[command], arguments_of(command, params)]).encode()
        self.connection.sendall(b"%d:%s" % (len(sent), sent))
        _type, _number, error, result = self._receive()
        if command == Command.QUIT:
            self.close()
        if error:
            return {"status": 400, "value": json.dumps({"value": error})}
        if isinstance(result, dict) and set(result) == {"value"}:
            result = result["value"]
        return {"status": 0, "value": result}

    def _receive(self) -> Any:
        length = b""
        while (byte := self.stream.read(1)) != b":":
            length += byte
        return json.loads(self.stream.read(int(length)))

    def close(self) -> None:
        self.stream.close()
        self.connection.close()
        self.process.wait(timeout=30)
        super().close()


def arguments_of(command: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a command under Marionette's names."""
    arguments = {name: value for name, value in params.items() if name != "sessionId"}
    if "capabilities" in arguments:
        return dict(arguments["capabilities"]["firstMatch"][0])
    if "script" in arguments:
        # Run in the page's context, as other drivers do.
        arguments |= {"newSandbox": False, "sandbox": None}
    if command == Command.SCREENSHOT:
        arguments["full"] = False  # what is in view, as elsewhere
    return arguments


def write_preferences(profile: Path, preferences: dict[str, Any]) -> None:
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))


def wait_for_port(profile: Path) -> int:
    """Return Marionette's port when Firefox has written it."""
    file = profile / "MarionetteActivePort"
    for _attempt in range(300):
        if file.exists() and (port := file.read_text().strip()):
            return int(port)
        time.sleep(0.1)
    raise TimeoutError("Firefox did not start")


class FirefoxOptions(ArgOptions):
    @property
    def default_capabilities(self) -> dict[str, Any]:
        return {}


def launch_firefox(profile: Path, downloads: Path) -> WebDriver:
    """Start Firefox with an empty profile in the folder `profile`."""
    return WebDriver(
        command_executor=MarionetteConnection(profile, downloads),
        options=FirefoxOptions(),
        file_detector=UselessFileDetector(),
    )
