"""Bar charts drawn on the server, with positions in units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

STEP, WIDTH, TALLEST, FLOOR = 60, 44, 100, 108


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its label and its value in words. `beside` is the height of a line for comparison."""

    label: str
    value: str
    x: int
    y: int
    height: int
    beside: int | None

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def line_from(self) -> int:
        return self.x - 5

    @property
    def line_to(self) -> int:
        return self.x + WIDTH + 5


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side; the greatest value reaches the top."""

    bars: list[Bar]

    @property
    def width(self) -> int:
        return len(self.bars) * STEP


def chart(values: Sequence[tuple[str, int, str]], beside: Sequence[int] = ()) -> Chart:
    """Return the chart of `values` (label, value, value in words), each beside a second value if `beside` is
    given."""
    most = max([value for _label, value, _words in values] + list(beside), default=0) or 1
    bars = []
    for index, (label, value, words) in enumerate(values):
        height = round(TALLEST * value / most)
        line = FLOOR - round(TALLEST * beside[index] / most) if beside else None
        bars.append(Bar(label, words, 8 + index * STEP, FLOOR - height, height, line))
    return Chart(bars)
