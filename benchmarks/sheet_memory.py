"""
How much memory the request of an upload takes above a process at rest, in MB: the arguments are a committee and a file for
it, small ones, by which the process has done all of it once, and those that are measured. In a process of its own, since
what another upload has given back is taken again without being seen. Linux tells.
"""

import sys
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from committees.models import Grader
from tests.files.corpus.measuring import forget_the_largest, kilobytes


def upload(committee: int, file: str) -> None:
    """As its grader does it in the browser."""
    seat = Grader.objects.filter(committee=committee).select_related("person")[0]
    client = Client(SERVER_NAME="localhost", HTTP_HX_REQUEST="true")
    client.force_login(seat.person)
    given = SimpleUploadedFile("grades.xlsx", Path(file).read_bytes())
    answer = client.post(reverse("upload-sheet", args=[committee]), {"file": given})
    assert answer.status_code == 200, answer.status_code


def main() -> None:
    small, small_file, large, large_file = sys.argv[1:]
    upload(int(small), small_file)
    forget_the_largest()
    at_rest = kilobytes("VmRSS")
    upload(int(large), large_file)
    print((kilobytes("VmHWM") - at_rest) * 1024 / 1e6)


if __name__ == "__main__":
    main()
