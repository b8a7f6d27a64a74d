"""
Add committees of kari and ola to the demo world: `python -m benchmarks.long_sheets 1000 5000` adds one with 1,000
candidates and one with 5,000. All but the last few candidates have uploaded grades. Print the pks of the committees.
"""

import sys

import django

django.setup()

from committees.actions.sheets import write_grades  # noqa: E402
from committees.enums import LogAction  # noqa: E402
from committees.models import Committee, User  # noqa: E402
from tests.factories import CommitteeFactory  # noqa: E402

UNGRADED = 10


def long_sheet(count: int) -> Committee:
    kari, ola = (User.objects.get(username=name) for name in ("kari", "ola"))
    numbers = [str(10 * count + index) for index in range(count)]
    committee: Committee = CommitteeFactory.create(graders=[kari, ola], numbers=numbers)
    graded = {number: ["", "ABCDEF"[int(number) % 6]] for number in numbers[:-UNGRADED]}
    write_grades(committee, graded, LogAction.GRADES_UPLOADED, by=ola)
    return committee


if __name__ == "__main__":
    print(*(long_sheet(int(count)).pk for count in sys.argv[1:]))
