from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.responses.attachments import attach, file_name, to_ascii
from tests.conftest import People, confirm_all
from tests.factories import CommitteeFactory, ExamFactory

pytestmark = pytest.mark.db_independent


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [
        ("æø1001-kommisjon-1.xlsx", "aeo1001-kommisjon-1.xlsx"),
        ("ÆØÅ æøå.txt", "AEOA aeoa.txt"),
        ("Čáđđi ŋuŧŧi éü.pdf", "Caddi nutti eu.pdf"),
        ("試験.xlsx", "__.xlsx"),
        ("a\u0301b.xlsx", "ab.xlsx"),
    ],
)
def test_non_ascii_name_is_sent_twice(name: str, ascii_name: str) -> None:
    header = attach(HttpResponse(), name)["Content-Disposition"]
    plain, whole = header.removeprefix("attachment; ").split("; ")
    assert (plain, to_ascii(name)) == (f'filename="{ascii_name}"', ascii_name)
    assert (whole.isascii(), unquote(whole)) == (True, f"filename*=utf-8''{name}")


def test_ascii_name_is_sent_once() -> None:
    assert attach(HttpResponse(), "a-1.xlsx")["Content-Disposition"] == 'attachment; filename="a-1.xlsx"'


def test_name_keeps_its_letters() -> None:
    assert file_name("ÆØ1001", "Kommisjon", 1, ending="xlsx") == "æø1001-kommisjon-1.xlsx"


def test_files_of_a_norwegian_course_are_named_by_it(people: People, kari: Client) -> None:
    exam = ExamFactory.create(emnekode="ÆØ1001", planners=[people.per])
    committee = CommitteeFactory.create(exam=exam, number=1, graders=[people.kari], numbers=["10001"])
    list_ = kari.get(reverse("download", args=[committee.pk])).headers["Content-Disposition"]
    confirm_all(exam)
    protocol = kari.get(reverse("protocol-pdf", args=[committee.pk])).headers["Content-Disposition"]
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert unquote(list_).endswith(f"''æø1001-committee-1-{today}.xlsx")
    assert unquote(protocol).endswith(f"''æø1001-{exam.arstall}-1-grading-protocol.pdf")
