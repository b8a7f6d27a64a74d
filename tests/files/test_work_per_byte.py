"""
Files that cause much work with few bytes, put together at random from amplifying blocks and guided by their cost.
Reading, checking, saving and explaining each takes at most a second and 100 MB.

GRADEREG_FUZZ=5000 tries 5,000 files. The default is 8.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st

from .corpus.amplifying import ALPHABET, CELLS, MANY, Recipe
from .corpus.measuring import measured, yardstick
from .corpus.report import MOST_WORK_MB, MOST_WORK_MS, MOST_WORK_YARDS

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("GRADEREG_FUZZ", "0"))

cells = st.sampled_from(sorted(CELLS))
lengths = st.sampled_from([1, 30, 39, 45, 80, 150, 200, 400, 800, 1_600, 8_000, 32_767])
recipes = st.builds(
    Recipe,
    candidate=cells,
    grade=cells,
    beside=cells,
    letter=st.sampled_from(ALPHABET),
    length=lengths,
    own_length=lengths,
    runs=st.sampled_from([1, 1, 1, 10, 1_000]),
    rows=st.sampled_from([MANY, MANY, MANY, 5_000, 500]),
    repeats=st.sampled_from([1, 2, 100, 2 * MANY]),
    wide=st.sampled_from([0, 0, 1, 19]),
    passed_over=st.sampled_from([0, 0, 1_000, 20_000, 70_000]),
    attributes=st.integers(0, 12),
    merges=st.sampled_from([0, 0, 9_000]),
    styles=st.sampled_from([1, 1, 20_000]),
    sheets=st.sampled_from([1, 1, 40]),
    has_fault=st.booleans(),
)


@settings(
    deadline=None,
    max_examples=EXAMPLES or 8,
    derandomize=not EXAMPLES,  # the short form is the same each time; the long one tries new examples
    phases=[Phase.generate, Phase.target],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(recipes)
def test_files_stay_within_the_cost_limit(recipe: Recipe) -> None:
    content = recipe.build()
    found = measured(content)
    target(found["ms"] / yardstick(), label="yardsticks")
    target(1_000 * found["ms"] / len(content), label="microseconds a byte")
    is_slow = found["ms"] >= MOST_WORK_MS and found["yards"] >= MOST_WORK_YARDS
    assert (is_slow, found["mb"] >= MOST_WORK_MB) == (False, False), found | {"rows": ()}
