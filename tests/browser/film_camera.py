"""A camera that films a browser window: screenshots with a visible cursor, captions, and the encoder."""

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Locator, Page

RATE = 12
"""Frames per second."""
STEPS = 9
"""Frames of a movement of the cursor."""
READING = 15
"""Characters of a caption that are read per second."""
CURSOR = """([x, y, pressed]) => {
  let cursor = document.getElementById("film-cursor");
  if (!cursor) {
    cursor = document.createElement("div");
    cursor.id = "film-cursor";
    cursor.setAttribute("popover", "manual");
    cursor.innerHTML = `<svg width="34" height="34" viewBox="0 0 24 24" fill="#111" stroke="#fff" stroke-width="1.6">
      <path d="M4 2l15 11-6.6 1 4 7-3 1.5-3.8-7.2L4 19z"/></svg>`;
    cursor.style.cssText = "position:fixed;inset:auto;border:0;padding:0;margin:0;background:none;" +
      "pointer-events:none;overflow:visible";
    document.documentElement.append(cursor);
  }
  cursor.hidePopover?.(); cursor.showPopover?.();
  cursor.style.left = `${x - 5}px`;
  cursor.style.top = `${y - 3}px`;
  cursor.style.boxShadow = "none";
  cursor.style.filter = pressed ? "drop-shadow(0 0 6px #d97706) drop-shadow(0 0 10px #d97706)" : "none";
}"""
Texts = Mapping[str, str]


@dataclass
class Camera:
    """Films `page`. `clock` is the length of the film so far, in seconds."""

    page: Page
    folder: Path
    place: tuple[float, float] = (640, 420)
    clock: float = 0.0
    frames: list[tuple[Path, float]] = field(default_factory=list)
    captions: list[tuple[float, Texts]] = field(default_factory=list)

    def shoot(self, seconds: float = 1 / RATE, *, pressed: bool = False) -> None:
        """Take a frame that is shown for so long."""
        self._draw_cursor(pressed)
        file = self.folder / f"{len(self.frames):05}.png"
        self.page.screenshot(path=file)
        self.frames.append((file, seconds))
        self.clock += seconds

    def _draw_cursor(self, pressed: bool) -> None:
        """Draw the cursor, also when a click has just opened another page."""
        for _attempt in range(5):
            try:
                self.page.evaluate(CURSOR, [*self.place, pressed])
            except Error:
                self.page.wait_for_load_state("networkidle")
            else:
                return
        raise TimeoutError(self.page.url)

    def say(self, texts: Texts) -> None:
        """Start a caption, when there was time to read the last one."""
        self.finish_caption()
        self.captions.append((self.clock, texts))
        self.shoot(0.6)

    def finish_caption(self) -> None:
        if self.captions:
            start, texts = self.captions[-1]
            left = start + max(2.5, max(map(len, texts.values())) / READING) - self.clock
            if left > 0:
                self.shoot(left)

    def move(self, target: Locator) -> None:
        """Move the cursor to the middle of the element."""
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        (x, y), (end_x, end_y) = (
            self.place,
            (box["x"] + min(box["width"] / 2, 200), box["y"] + box["height"] / 2),
        )
        for step in range(1, STEPS + 1):
            part = (step / STEPS) ** 2 * (3 - 2 * step / STEPS)
            self.place = (x + (end_x - x) * part, y + (end_y - y) * part)
            self.shoot()

    def scroll_to(self, target: Locator) -> None:
        """Scroll until the element is near the lower end of the window."""
        distance = target.evaluate("one => one.getBoundingClientRect().bottom - innerHeight + 160")
        for _step in range(3 * STEPS):
            self.page.evaluate(
                "pixels => scrollBy({top: pixels, behavior: 'instant'})", distance / (3 * STEPS)
            )
            self.shoot()

    def press(self, target: Locator) -> None:
        """Move to the element, and show the press of the button."""
        self.move(target)
        self.shoot(0.25)
        self.shoot(0.35, pressed=True)

    def click(self, target: Locator) -> None:
        self.press(target)
        self.page.mouse.move(*self.place)
        self.page.mouse.click(*self.place)
        self.page.wait_for_load_state("networkidle")
        self.shoot(0.5)

    def type(self, target: Locator, text: str) -> None:
        self.click(target)
        for letter in text:
            self.page.keyboard.type(letter)
            self.shoot(0.13)

    def encode(self, target: Path) -> None:
        """Write the film as WebM."""
        self.finish_caption()
        self.shoot(1.0)
        with tempfile.NamedTemporaryFile("w", suffix=".txt", dir=self.folder) as listing:
            lines = [f"file '{file}'\nduration {seconds:.4f}\n" for file, seconds in self.frames]
            listing.write("".join([*lines, f"file '{self.frames[-1][0]}'\n"]))
            listing.flush()
            command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "concat", "-safe", "0", "-i", listing.name]
            command += ["-r", str(RATE), "-c:v", "libvpx-vp9", "-crf", "32", "-b:v", "0", "-row-mt", "1"]
            command += [
                "-deadline",
                "good",
                "-cpu-used",
                "3",
                "-g",
                "120",
                "-pix_fmt",
                "yuv420p",
                str(target),
            ]
            subprocess.run(command, check=True)

    def write_captions(self, target: Path, language: str) -> None:
        """Write the captions in this language as WebVTT; each ends when the next begins."""
        ends = [*(start for start, _texts in self.captions[1:]), self.clock]
        cues = [
            f"{_moment(start)} --> {_moment(end)}\n{texts[language]}\n"
            for (start, texts), end in zip(self.captions, ends, strict=True)
        ]
        target.write_text("\n".join(["WEBVTT\n", *cues]), "utf-8")


def _moment(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{int(minutes):02}:{rest:06.3f}"
