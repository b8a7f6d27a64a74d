"""What reading a file costs: processor time (a loaded machine adds nothing to it, as it does to time on the wall) and how
much the process grows at its largest, in a process that has imported the reader and holds the upload already."""

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
"""Markup whose mere parsing tells how quick this machine is at this moment."""
SHOWN_AT_ONCE = 1_000
"""Rows of a result on one page: committees.views.excel.PAGE_LENGTH."""
WORTH_A_YARDSTICK = 100
"""From how many milliseconds a file's cost is also told in yardsticks."""

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def measured(content: bytes) -> dict[str, Any]:
    """
    The outcome of `content`, and what it cost to read, check, keep and explain it, in milliseconds and megabytes; and in
    yardsticks, 0 for what is quick anyhow.
    """
    from committees.models.upload_rows import UploadRow  # noqa: PLC0415  # needs Django

    gc.collect()
    forget_the_largest()
    before, start = kilobytes("VmRSS"), time.process_time()
    try:
        result = checked(content)
        json.dumps([UploadRow.of(row).to_json() for row in result.rows])
        for row in result.rows[:SHOWN_AT_ONCE]:
            explain(row)
        code, rows = "", named(result)
    except UnreadableFile as error:
        code, rows = error.code, ()
    ms = 1000 * (time.process_time() - start)
    grown = kilobytes("VmHWM") - before
    yards = ms / yardstick() if ms > WORTH_A_YARDSTICK else 0
    return {"refused": code, "rows": rows, "ms": ms, "mb": grown / 1024, "yards": yards}


def yardstick() -> float:
    """The milliseconds of processor time in which Python's own parser walks the yardstick."""
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


def forget_the_largest() -> None:
    """From now on `VmHWM` is the largest size since now."""
    with contextlib.suppress(OSError):
        CLEAR.write_text("5")


def kilobytes(field: str) -> int:
    """What Linux says of this process: `VmRSS`, its size, or `VmHWM`, the largest."""
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
