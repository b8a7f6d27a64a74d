"""
How often the second look finds a row shift in grades without one: `python -m benchmarks.false_alarms [COLUMNS]`.

Each cell is the number of alarms in COLUMNS pairs of columns (10,000 by default), compared in two orders of rows.
"""

import random
import sys
from collections.abc import Callable, Sequence

from committees.second_look.columns import Row
from committees.second_look.row_shift import find_row_shift

GRADES = {
    "A–F, all alike": dict.fromkeys("ABCDEF", 1),
    "A–F, as usual": dict(zip("ABCDEF", (12, 24, 28, 18, 9, 9), strict=True)),
    "Pass 50 %": {"Pass": 1, "NotPass": 1},
    "Pass 80 %": {"Pass": 4, "NotPass": 1},
    "Pass 95 %": {"Pass": 19, "NotPass": 1},
}
SIZES = (12, 20, 30, 50, 100, 300)
Column = list[str]


def drawn(weights: dict[str, int], size: int) -> Column:
    return random.choices(list(weights), list(weights.values()), k=size)


def corrected(share: float) -> Callable[[Column, dict[str, int]], Column]:
    """Return a function that changes this share of a column's grades to others."""

    def correct(column: Column, weights: dict[str, int]) -> Column:
        return [
            random.choice([other for other in weights if other != grade])
            if random.random() < share
            else grade
            for grade in column
        ]

    return correct


MODELS: dict[str, Callable[[Column, dict[str, int]], Column]] = {
    "two columns without relation": lambda column, weights: drawn(weights, len(column)),
    "5 % corrected": corrected(0.05),
    "20 % corrected": corrected(0.2),
}


def is_alarm(before: Sequence[str], after: Sequence[str]) -> bool:
    rows = [Row(str(place), *pair) for place, pair in enumerate(zip(before, after, strict=True))]
    return bool(find_row_shift(rows) or find_row_shift(random.sample(rows, len(rows))))


def main() -> None:
    columns = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    random.seed(2026)
    print("| grades | change | " + " | ".join(map(str, SIZES)) + " |")
    print("|---|---|" + "---|" * len(SIZES))
    for name, weights in GRADES.items():
        for model, change in MODELS.items():
            alarms = []
            for size in SIZES:
                befores = (drawn(weights, size) for _column in range(columns))
                alarms.append(sum(is_alarm(before, change(before, weights)) for before in befores))
            print(f"| {name} | {model} | " + " | ".join(map(str, alarms)) + " |", flush=True)


if __name__ == "__main__":
    main()
