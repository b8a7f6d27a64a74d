"""A browser window with the same functions for every engine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

SECONDS = 20
PASSING = (
    NoSuchElementException,
    StaleElementReferenceException,
    ElementNotInteractableException,
    ElementClickInterceptedException,
)
"""Errors of a page that is not ready."""


class Window:
    """One window on the site at `address`."""

    def __init__(self, engine: str, driver: WebDriver, address: str, downloads: Path) -> None:
        self.engine, self.driver, self.address, self.downloads = engine, driver, address, downloads

    @property
    def path(self) -> str:
        """Return path, query and fragment of the window's address."""
        return self.driver.current_url.removeprefix(self.address)

    def go(self, path: str) -> None:
        self.driver.get(self.address + path)

    def back(self) -> None:
        self.driver.back()

    def resize(self, width: int, height: int) -> None:
        """Give the page's viewport this size in every engine."""
        for _time in range(2):
            self.driver.set_window_size(width, height)
            inner = self.js("return [innerWidth, innerHeight]")
            self.driver.set_window_size(2 * width - inner[0], 2 * height - inner[1])

    def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until `condition` is true, and return its value."""
        wait = WebDriverWait(self.driver, SECONDS, poll_frequency=0.05, ignored_exceptions=PASSING)
        return wait.until(lambda _driver: condition())

    def js(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def settle(self) -> None:
        """Wait until nothing is loading and the page has had a few frames for layout."""
        self.until(lambda: self.count(".htmx-request") == 0)
        self.driver.execute_async_script(
            "const done = arguments[0]; let frames = 10;"
            "(function next() { frames-- ? requestAnimationFrame(next) : done(); })();"
        )

    def style(self, css: str, *names: str) -> list[str]:
        """Return computed style properties of the matching element."""
        style = "getComputedStyle(document.querySelector(arguments[0]))"
        found: list[str] = self.js(f"const s = {style}; return arguments[1].map(name => s[name])", css, names)
        return found

    def one(self, css: str) -> WebElement:
        """Return the first matching element, after waiting for it."""
        found: WebElement = self.until(lambda: self.driver.find_element(By.CSS_SELECTOR, css))
        return found

    def count(self, css: str) -> int:
        return len(self.driver.find_elements(By.CSS_SELECTOR, css))

    def sees(self, words: str, css: str = "main") -> bool:
        """Wait until the matching element contains this text."""
        return bool(self.until(lambda: words in self.driver.find_element(By.CSS_SELECTOR, css).text))

    def attribute(self, css: str, name: str) -> str:
        return self.one(css).get_dom_attribute(name) or ""

    def has(self, css: str, name: str, value: str) -> bool:
        """Wait until the matching element has an attribute with this value."""
        return bool(self.until(lambda: self.attribute(css, name) == value))

    def click(self, css: str) -> None:
        """Click the matching element when it is clickable."""
        self._click(By.CSS_SELECTOR, css)

    def press(self, name: str) -> None:
        """Click the link or button with exactly this text when it is clickable."""
        path = f"//*[self::a or self::button or self::summary or self::label][normalize-space()='{name}']"
        self._click(By.XPATH, path)

    def _click(self, by: str, what: str) -> None:
        def is_clicked() -> bool:
            self.driver.find_element(by, what).click()
            return True

        self.until(is_clicked)

    def type(self, keys: str) -> None:
        """Send keystrokes to the focused element."""
        ActionChains(self.driver).send_keys(keys).perform()

    def _is_signed_out(self) -> bool:
        """Delete the session and open the sign-in page. A late response may restore the session."""
        self.driver.delete_all_cookies()
        self.go("/sign-in/")
        return self.count("[name=username]") == 1

    def sign_in(self, name: str) -> None:
        """Sign in as `name` after signing out everybody else."""
        self.until(self._is_signed_out)
        self.one("[name=username]").send_keys(name)
        self.one("[name=password]").send_keys("demo")
        self.click("main form button[type=submit]")
        self.until(lambda: urlsplit(self.path).path != "/sign-in/")
