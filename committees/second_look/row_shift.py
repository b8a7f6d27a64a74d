"""Grades that are one to three rows too high or too low, compared with the grades before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from committees.second_look.columns import MIN_ROWS, Row, binomial_tail

SHIFTS = (1, -1, 2, -2, 3, -3)
EXPLAINED = Fraction(4, 5)
WHOLE_COLUMN = 20
"""From this length on, a whole column that equals the moved one is reported even if few grades changed."""
MAX_CHANCE = 1e-4 / 12
"""One false alarm in 10,000 columns, each compared by six shifts in two orders of rows."""
FEW_ROWS = 4
"""From this number of changed grades on, a shift is reported as a weak one."""
WEAK_CHANCE = 1 / 150
"""The chance of a weak shift for one order of rows and one shift; docs/explanation/second-look.md has its false alarms."""
PAIRS = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate whose new grade is the one that the candidate `source` had before."""

    number: str
    grade: str
    source: str


@dataclass(frozen=True, slots=True)
class RowShift:
    """
    Grades that were moved by `rows`, down if positive. It explains `explained` of `changed` new grades.

    `is_weak` if so few grades changed that it may be a coincidence.
    """

    rows: int
    changed: int
    explained: int
    pairs: tuple[Pair, ...]
    is_weak: bool = False


def find_row_shift(rows: Sequence[Row]) -> RowShift | None:
    """
    Return the shift that explains most changes of a column, the smallest of several. `rows` are in a list's order.

    At least eight grades have changed, the shift explains four fifths of them, and the rows from the first to the last
    of them agree with it better than by chance. Or, from 20 rows on, the whole column is the moved one and at least two
    grades changed. From four changed grades on, a shift that explains all that can be compared is a weak one. Rows
    without a grade before or after can't be compared.
    """
    changed = [
        place for place, row in enumerate(rows) if row.before and row.after and row.before != row.after
    ]
    if len(changed) < 2:
        return None
    shares = _shares(rows)
    found: list[RowShift] = []
    for shift in SHIFTS:
        moved = [place for place in changed if 0 <= place - shift < len(rows) and rows[place - shift].before]
        explained = [place for place in moved if rows[place].after == rows[place - shift].before]
        if not explained or len(explained) < EXPLAINED * len(moved):
            continue
        comparable = _comparable(rows, shift)
        chance = _chance(rows, shares, comparable, explained)
        is_strong = _is_whole(rows, comparable) or (len(changed) >= MIN_ROWS and chance <= MAX_CHANCE)
        is_weak = (
            len(changed) >= FEW_ROWS
            and len(explained) == len(moved)
            and len(shares) > 2  # columns of two grades agree too often
            and chance <= WEAK_CHANCE
        )
        if is_strong or is_weak:
            pairs = [
                Pair(rows[place].number, rows[place].after, rows[place - shift].number)
                for place in explained[:PAIRS]
            ]
            found.append(RowShift(shift, len(changed), len(explained), tuple(pairs), is_weak=not is_strong))
    return max(found, key=lambda one: (not one.is_weak, one.explained), default=None)


def _shares(rows: Sequence[Row]) -> dict[str, float]:
    counts = Counter(row.before for row in rows if row.before)
    return {grade: count / counts.total() for grade, count in counts.items()}


def _comparable(rows: Sequence[Row], shift: int) -> dict[int, bool]:
    """Return whether each row has the grade that was `shift` rows above, by place, where both have a grade."""
    return {
        place: rows[place].after == rows[place - shift].before
        for place in range(max(shift, 0), len(rows) + min(shift, 0))
        if rows[place].after and rows[place - shift].before
    }


def _is_whole(rows: Sequence[Row], comparable: dict[int, bool]) -> bool:
    graded = sum(1 for row in rows if row.before and row.after)
    return graded >= WHOLE_COLUMN and all(comparable.values())


def _chance(
    rows: Sequence[Row], shares: dict[str, float], comparable: dict[int, bool], explained: list[int]
) -> float:
    """Return how probable it is that the rows between the first and the last explained one agree without a shift."""
    block = [place for place in range(explained[0], explained[-1] + 1) if place in comparable]
    chance = sum(shares.get(rows[place].after, 0) for place in block) / len(block)
    return binomial_tail(len(block), sum(comparable[place] for place in block), chance)
