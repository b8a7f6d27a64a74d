"""
Transcripts: what a virtual screen reader speaks while a person works.

The expected ones are in `transcripts/`, for people to read. `GRADEREG_TRANSCRIPTS=write pytest tests/heard` writes
them again. A line is what the person does, or, indented, what is spoken: "polite" and "assertive" are announcements,
"group" is the group of the control that has the focus, which real screen readers name when they enter it.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

from tests.browser.demo_site import TIMEOUT
from tests.heard.package import script

TRANSCRIPTS = Path(__file__).with_name("transcripts")
WRITES = os.environ.get("GRADEREG_TRANSCRIPTS") == "write"
EXPORT = re.compile(r"export\{([\w$]+) as Virtual,([\w$]+) as virtual\};")
START = """
const KEY = "heard";
let isStarted = false;
const started = new Promise((resolve) => {
  document.addEventListener("DOMContentLoaded", async () => {
    await %(reader)s.start({ container: document.body });
    isStarted = true;
    resolve();
  });
});
// Returns the phrases of all pages of this tab. They are kept in its storage, so none is lost when a page is left.
async function keep() {
  const phrases = (await %(reader)s.spokenPhraseLog()).slice();
  await %(reader)s.clearSpokenPhraseLog();
  const all = JSON.parse(sessionStorage.getItem(KEY) || "[]").concat(phrases);
  sessionStorage.setItem(KEY, JSON.stringify(all));
  return all;
}
window.Virtual = %(kind)s;
window.heard = () => started.then(keep);
window.addEventListener("pagehide", () => { if (isStarted) keep(); }); // its promises are resolved before the page is gone
"""
GROUP = """() => {
  const group = document.activeElement.closest("[role=radiogroup], dialog");
  if (!group) return "";
  const name = group.getAttribute("aria-label") || group.querySelector("legend, h1").textContent;
  return `group: ${name.trim()}`;
}"""
READ = """async element => {
  const own = new window.Virtual();
  await own.start({ container: element });
  const phrases = [await own.lastSpokenPhrase()];
  const end = "end of " + phrases[0].split(",")[0];
  while (phrases.length < 500 && phrases.at(-1).split(",")[0] !== end) {
    await own.next();
    phrases.push(await own.lastSpokenPhrase());
  }
  await own.stop();
  return phrases;
}"""
UNTIMED = ("document", "polite: Working")
"""Beginnings of what the reader speaks when it starts, and of what a slow request lets it speak."""
LEFT = "Execution context was destroyed"
"""Part of the error of an evaluation on a page that is left meanwhile."""
TIME = re.compile(r"\b\d\d:\d\d\b")
"""Times of the day, which differ from run to run."""


def reader_script() -> str:
    """Return the package's module as an ordinary script that starts the reader on every page."""
    source = script().read_text(encoding="utf-8")
    (found,) = EXPORT.finditer(source)
    return f"(() => {{{source[: found.start()]}\n{START % {'reader': found[2], 'kind': found[1]}}\n}})();"


class Transcript:
    """What is spoken on the pages of `page`, from the next one on."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.lines: list[str] = []
        self.group = ""
        self.heard = 0
        """Number of phrases, of all pages, that are recorded."""
        page.context.add_init_script(reader_script())

    @contextmanager
    def hears(self, act: str, *, until: str = "") -> Iterator[None]:
        """Record what `act`, done inside, lets the page speak, up to a phrase with the text `until`."""
        yield
        phrases = self._spoken()
        limit = time.monotonic() + TIMEOUT / 1000
        while until and not any(until in phrase for phrase in phrases):
            assert time.monotonic() < limit, f"{act}: “{until}” is not spoken, only {phrases}"
            self.page.wait_for_timeout(50)
            phrases += self._spoken()
        self._add(act, phrases)

    def opens(self, act: str, *, until: str = "") -> None:
        """Record the title of a new page, and what it speaks."""
        with self.hears(f"{act}: {self.page.title()}", until=until):
            pass

    def reads(self, act: str, selector: str) -> None:
        """Record an element as it is read line by line."""
        self._add(act, list(self.page.locator(selector).evaluate(READ)))

    def _spoken(self) -> list[str]:
        """Return the new phrases, without those that depend on the time of loading."""
        phrases = self._evaluate("heard()")
        new = phrases[self.heard :]
        self.heard = len(phrases)
        return [phrase for phrase in new if not phrase.startswith(UNTIMED)]

    def _evaluate(self, expression: str) -> Any:
        """Evaluate on the page, or on the next one if this page is being left."""
        limit = time.monotonic() + TIMEOUT / 1000
        while True:
            try:
                return self.page.evaluate(expression)
            except Error as error:
                if LEFT not in error.message or time.monotonic() > limit:
                    raise
                self.page.wait_for_load_state()

    def _add(self, act: str, phrases: list[str]) -> None:
        group = self._evaluate(GROUP)
        # A control that gets the focus again in its new row is recorded once: its old row may be read, or not yet.
        phrases = [
            phrase for at, phrase in enumerate(phrases) if _is_message(phrase) or phrase not in phrases[:at]
        ]
        focused = [at for at, phrase in enumerate(phrases) if not _is_message(phrase)]
        # A dialog is spoken with its name when it opens.
        is_spoken = any(phrase == f"dialog, {group.removeprefix('group: ')}" for phrase in phrases)
        if group and group != self.group and focused and not is_spoken:
            phrases.insert(focused[-1], group)
        self.group = group
        self.lines += [act, *(f"    {TIME.sub('14:05', phrase)}" for phrase in phrases)]

    def check(self) -> None:
        """Compare the transcript with the expected one."""
        file = TRANSCRIPTS / f"{self.name}.txt"
        text = "\n".join(self.lines) + "\n"
        if WRITES:
            file.write_text(text, encoding="utf-8")
        expected = file.read_text(encoding="utf-8")
        assert text == expected, "\n".join(unified_diff(expected.splitlines(), text.splitlines(), n=1))


def _is_message(phrase: str) -> bool:
    return phrase.startswith(("polite: ", "assertive: "))
