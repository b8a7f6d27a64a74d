import pytest

from tests.load.figures import Tally

pytestmark = pytest.mark.db_independent

PAGE = "GET /grade/"


def test_page_has_the_median_of_the_parts_of_a_day() -> None:
    slow = {20: 9.0}
    rows = [(float(at), at + slow.get(at, 0.001 * at), 1) for at in (0, 10, 20, 30, 49, 50)]
    tally = Tally({PAGE: rows})
    assert [round(tally.typical(PAGE, 0.95, parts)) for parts in (1, 5)] == [9000, 30]
    assert tally.typical("GET /", 0.95, 5) == 0
    assert tally.table(parts=5).splitlines()[2].startswith(f"| {PAGE} | 6 | 30 | 30 | 9,000 | 1 |")
