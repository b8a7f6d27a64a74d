"""
How much memory the request of an upload takes above a process at rest, in MB: the arguments are a committee and a file for
it, small ones, by which the process has done all of it once, and those that are measured. In a process of its own, since
what another upload has given back is taken again without being seen. Linux tells.
"""

import re
import sys
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from committees.models import Grader

STATUS, REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FORGET_THE_PEAK = "5"


def upload(committee: int, file: str) -> None:
    """As its grader does it in the browser."""
    seat = Grader.objects.filter(committee=committee).select_related("person")[0]
    client = Client(SERVER_NAME="localhost", HTTP_HX_REQUEST="true")
    client.force_login(seat.person)
    given = SimpleUploadedFile("grades.xlsx", Path(file).read_bytes())
    answer = client.post(reverse("upload-sheet", args=[committee]), {"file": given})
    assert answer.status_code == 200, answer.status_code


def kibibytes(what: str) -> int:
    (found,) = re.findall(rf"^{what}:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    return int(found)


def main() -> None:
    small, small_file, large, large_file = sys.argv[1:]
    upload(int(small), small_file)
    REFS.write_text(FORGET_THE_PEAK)
    at_rest = kibibytes("VmRSS")
    upload(int(large), large_file)
    print((kibibytes("VmHWM") - at_rest) * 1024 / 1e6)


if __name__ == "__main__":
    main()
