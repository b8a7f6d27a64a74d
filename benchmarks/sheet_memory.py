"""
Print the memory in MB that an upload request adds to the process: `… SMALL_COMMITTEE FILE COMMITTEE FILE`.

The small upload warms up, the other one is measured. In a new process, because memory that an earlier upload freed is
reused without a trace. Needs /proc of Linux.
"""

import sys
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from committees.models import Grader
from tests.files.corpus.measuring import kilobytes, reset_peak


def upload(committee: int, file: str) -> None:
    seat = Grader.objects.filter(committee=committee).select_related("person")[0]
    client = Client(SERVER_NAME="localhost", HTTP_HX_REQUEST="true")
    client.force_login(seat.person)
    upload = SimpleUploadedFile("grades.xlsx", Path(file).read_bytes())
    answer = client.post(reverse("upload-sheet", args=[committee]), {"file": upload})
    assert answer.status_code == 200, answer.status_code


def main() -> None:
    small, small_file, large, large_file = sys.argv[1:]
    upload(int(small), small_file)
    reset_peak()
    at_rest = kilobytes("VmRSS")
    upload(int(large), large_file)
    print((kilobytes("VmHWM") - at_rest) * 1024 / 1e6)


if __name__ == "__main__":
    main()
