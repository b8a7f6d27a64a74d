"""
Costs of reading a file: processor time, which does not depend on the load of the machine as real time does, and peak
memory, in a process that has imported the reader and holds the upload already.
"""

import contextlib
import gc
import json
import re
import time
from pathlib import Path
from typing import Any
from xml.parsers import expat

import django
from django.conf import settings

from committees.files.grade_sheet import explain
from committees.files.xlsx import UnreadableFile

from .case import checked, named
from .forked import answer

YARDSTICK = b"<r>" + b'<c r="A1" t="s" x="1">text</c>' * 60_000 + b"</r>"
"""Markup whose parsing time measures the current speed of the machine."""
SHOWN_AT_ONCE = 250
"""Rows of a result on one page, as committees.responses.upload_results.PAGE_LENGTH."""
WORTH_A_YARDSTICK = 100
"""Costs above this number of milliseconds are also given in yardsticks."""

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def measured(content: bytes) -> dict[str, Any]:
    """
    Return the result of `content` and the costs of reading, checking, saving and explaining it: milliseconds,
    megabytes, and yardsticks (0 for fast files).
    """
    from committees.models.upload_rows import UploadRow  # noqa: PLC0415  # needs Django

    gc.collect()
    reset_peak()
    before, start = kilobytes("VmRSS"), time.process_time()
    try:
        result = checked(content)
        json.dumps([UploadRow.of(row).to_json() for row in result.rows])
        for row in result.rows[:SHOWN_AT_ONCE]:
            explain(row, planner="")
        code, rows = "", named(result)
    except UnreadableFile as error:
        code, rows = error.code, ()
    ms = 1000 * (time.process_time() - start)
    grown = kilobytes("VmHWM") - before
    yards = ms / yardstick() if ms > WORTH_A_YARDSTICK else 0
    return {"refused": code, "rows": rows, "ms": ms, "mb": grown / 1024, "yards": yards}


def yardstick() -> float:
    """Return the milliseconds of processor time that Python's own parser takes for the yardstick."""
    seen = 0

    def see(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += len(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = see
    parser.EndElementHandler = lambda name: None
    start = time.process_time()
    parser.Parse(YARDSTICK, True)
    return 1000 * (time.process_time() - start)


def reset_peak() -> None:
    """Reset `VmHWM`, the largest size of the process."""
    with contextlib.suppress(OSError):
        CLEAR.write_text("5")


def kilobytes(field: str) -> int:
    """Return a value of this process from Linux: `VmRSS`, its size, or `VmHWM`, the largest."""
    found = re.search(rf"^{field}:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    assert found
    return int(found[1])


if __name__ == "__main__":
    settings.configure(
        AUTH_USER_MODEL="committees.User",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "committees"],
        USE_I18N=False,
    )
    django.setup()
    answer(measured)
