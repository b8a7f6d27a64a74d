"""
How often the second look finds a row shift in grades without one: `python -m benchmarks.false_alarms [COLUMNS]`.

Each cell is the number of alarms and of weak alarms in COLUMNS pairs of columns (10,000 by default), compared in two
orders of rows.
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
SIZES = (8, 12, 20, 30, 50, 100, 300)
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


def alarms_in(before: Sequence[str], after: Sequence[str]) -> tuple[bool, bool]:
    """Return whether two orders of rows give an alarm, and otherwise whether they give a weak one."""
    rows = [Row(str(place), *pair) for place, pair in enumerate(zip(before, after, strict=True))]
    found = [one for one in (find_row_shift(rows), find_row_shift(random.sample(rows, len(rows)))) if one]
    is_strong = any(not one.is_weak for one in found)
    return is_strong, bool(found) and not is_strong


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
                found = [alarms_in(before, change(before, weights)) for before in befores]
                alarms.append("{} / {}".format(*(sum(kind) for kind in zip(*found, strict=True))))
            print(f"| {name} | {model} | " + " | ".join(alarms) + " |", flush=True)


if __name__ == "__main__":
    main()
