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

from playwright.sync_api import Page

from tests.browser.demo_site import TIMEOUT
from tests.heard.package import script

TRANSCRIPTS = Path(__file__).with_name("transcripts")
WRITES = os.environ.get("GRADEREG_TRANSCRIPTS") == "write"
EXPORT = re.compile(r"export\{([\w$]+) as Virtual,([\w$]+) as virtual\};")
START = """
window.reader = %(reader)s;
window.Virtual = %(kind)s;
document.addEventListener("DOMContentLoaded", () => {
  window.readerStarted = window.reader.start({ container: document.body });
});
"""
SPOKEN = """async () => {
  await window.readerStarted;
  const phrases = (await window.reader.spokenPhraseLog()).slice();
  await window.reader.clearSpokenPhraseLog();
  return phrases;
}"""
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
  while (phrases.length < 500 && !phrases.at(-1).startsWith("end of " + phrases[0].split(",")[0])) {
    await own.next();
    phrases.push(await own.lastSpokenPhrase());
  }
  await own.stop();
  return phrases;
}"""
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
        """Return the new phrases without the one that the reader speaks when it starts."""
        return [str(phrase) for phrase in self.page.evaluate(SPOKEN) if phrase != "document"]

    def _add(self, act: str, phrases: list[str]) -> None:
        group = self.page.evaluate(GROUP)
        # A control that gets the focus again in its new row is recorded once: its old row may be read, or not yet.
        phrases = [
            phrase for at, phrase in enumerate(phrases) if _is_message(phrase) or phrase not in phrases[:at]
        ]
        focused = [at for at, phrase in enumerate(phrases) if not _is_message(phrase)]
        if group and group != self.group and focused:
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
