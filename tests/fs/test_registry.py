from collections.abc import Iterable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from fs.backend import SimulatedFs
from fs.models import FsExam, Receipt, ReceivedFile, Registration
from fs.registry import check, deliver, learn

pytestmark = pytest.mark.django_db

KEY = "194;TDT4100;1;MUNTLIG;VÅR;2026"
TAKEN = Receipt(1, True, "", "")


def candidate_lines(numbers: Iterable[int], key: str = KEY) -> bytes:
    return "".join(f"person{number};{key};{number};1;\n" for number in numbers).encode()


def result_line(number: int = 10001, karakter: str = "B", change: str = "", key: str = KEY) -> bytes:
    return f"{key};{number};1;{karakter};{change}\n".encode()


def held() -> dict[str, tuple[str, str]]:
    rows = Registration.objects.exclude(karakter="")
    return {row.kandidatlopenr: (row.karakter, row.endringsstatus) for row in rows}


@pytest.fixture
def three_candidates() -> None:
    learn("candidates", candidate_lines([10001, 10002, 10003]))


# Files issued by FS


def test_exam_file_adds_exams() -> None:
    learn("exams", f"{KEY};2026-06-01 09:00;Gløshaugen;\n".encode())
    exam = FsExam.objects.get()
    assert (exam.key, exam.emnekode, exam.term) == (KEY, "TDT4100", "VÅR 2026")


def test_key_is_stored_as_in_the_line() -> None:
    key = "194;TDT\\;4100;1;A\\\\B;VÅR;2026"
    learn("exams", f"{key};;;\n".encode())
    learn("candidates", candidate_lines([10001], key))
    assert [(exam.key, exam.emnekode) for exam in FsExam.objects.all()] == [(key, "TDT;4100")]
    assert deliver("a.txt", result_line(key=key)) == [TAKEN]


def test_candidate_line_adds_its_exam() -> None:
    learn("candidates", candidate_lines([10001]))
    assert [exam.key for exam in FsExam.objects.all()] == [KEY]


def test_user_names_are_lower_case_with_the_home_realm(settings: Settings) -> None:
    settings.HOME_REALM = "ntnu.no"
    learn("candidates", f"Sofie;{KEY};1;1;\nOla@UiO.no;{KEY};2;1;\n;{KEY};3;1;\n".encode())
    names = Registration.objects.values_list("brukernavn", flat=True)
    assert list(names) == ["sofie@ntnu.no", "ola@uio.no", ""]


def test_repeated_file_updates_committee_and_name(three_candidates: None) -> None:
    learn("candidates", f"kari@ntnu.no;{KEY};10001;2;\n".encode())
    registration = Registration.objects.get(kandidatlopenr="10001")
    assert (registration.brukernavn, registration.kommislopenr) == ("kari@ntnu.no", "2")
    assert Registration.objects.count() == 3


def test_first_line_of_a_candidate_counts() -> None:
    learn("candidates", f"a@ntnu.no;{KEY};1;1;\nb@ntnu.no;{KEY};1;2;\n".encode())
    assert [row.brukernavn for row in Registration.objects.all()] == ["a@ntnu.no"]


def test_long_place_is_accepted() -> None:
    learn("exams", f"{KEY};2026-06-01 09:00;{'x' * 200};\n".encode())
    assert [exam.key for exam in FsExam.objects.all()] == [KEY]


def test_exam_files_keep_results_and_withdrawals(three_candidates: None) -> None:
    deliver("a.txt", result_line(10001, "B"))
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=True)
    learn("candidates", candidate_lines([10001, 10002, 10003]))
    assert held() == {"10001": ("B", "")}
    assert [row.kandidatlopenr for row in Registration.objects.filter(is_withdrawn=True)] == ["10002"]


def test_malformed_lines_are_ignored() -> None:
    too_long = f"a;194;{'X' * 61};1;M;VÅR;2026;1;1;\n"
    learn("candidates", b"too;short\n\nbad\\escape\n" + too_long.encode() + candidate_lines([10001]))
    learn("exams", b"194;;1;M;V;2026;;;\n")
    assert [row.kandidatlopenr for row in Registration.objects.all()] == ["10001"]
    assert [exam.key for exam in FsExam.objects.all()] == [KEY]


def test_committee_lines_are_ignored() -> None:
    learn("committees", f"{KEY};1;Kommisjon 1;anna;N\n".encode())
    assert not FsExam.objects.exists()


# Transfers


def test_result_is_registered_with_its_time(three_candidates: None) -> None:
    before = timezone.now()
    assert deliver("a.txt", result_line(10001, "B")) == [TAKEN]
    registration = Registration.objects.get(kandidatlopenr="10001")
    assert (registration.karakter, registration.endringsstatus) == ("B", "")
    assert registration.registered_at is not None
    assert registration.registered_at >= before


@pytest.mark.parametrize("karakter", ["A", "B", "C", "D", "E", "F", "Bestått", "Ikke bestått"])
def test_every_registry_grade_is_accepted(three_candidates: None, karakter: str) -> None:
    assert deliver("a.txt", result_line(10001, karakter)) == [TAKEN]
    assert held() == {"10001": (karakter, "")}


@pytest.mark.parametrize("change", ["FEILREG", "KLAGE", "NYINFO"])
def test_change_code_changes_a_result(three_candidates: None, change: str) -> None:
    deliver("a.txt", result_line(10001, "C"))
    assert deliver("b.txt", result_line(10001, "B", change)) == [TAKEN]
    assert held() == {"10001": ("B", change)}


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        (b"10001;B\n", "wrong-fields", "Line 1 has 2 fields, but a result must have 10."),
        (b"\n", "wrong-fields", "Line 1 has 1 fields, but a result must have 10."),
        (
            result_line().decode().encode("latin-1"),
            "unreadable",
            "Line 1 can’t be read: it must be in FS format and UTF-8.",
        ),
        (b"bad\\escape\n", "unreadable", "Line 1 can’t be read: it must be in FS format and UTF-8."),
        (
            result_line(key="194;X;1;M;VÅR;2026"),
            "unknown-exam",
            "Candidate 10001: exam 194;X;1;M;VÅR;2026 is not in FS.",
        ),
        (result_line(99), "unknown-candidate", "Candidate 99 is not registered for this exam in FS."),
        (result_line(10003), "withdrawn", "Candidate 10003 is registered as withdrawn in FS."),
        (result_line(10001, "Pass"), "unknown-grade", "Candidate 10001: “Pass” is not a grade in FS."),
        (result_line(10001, "b"), "unknown-grade", "Candidate 10001: “b” is not a grade in FS."),
        (result_line(10001, ""), "unknown-grade", "Candidate 10001: “” is not a grade in FS."),
        (
            result_line(10001, "B", "OOPS"),
            "unknown-change-code",
            "Candidate 10001: “OOPS” is not a change code in FS.",
        ),
        (
            result_line(10002, "B"),
            "already-registered",
            "Candidate 10002 already has the result “E” in FS, and the line has no change code.",
        ),
        (
            result_line(10001, "B", "KLAGE"),
            "nothing-to-change",
            "Candidate 10001 has no result in FS that KLAGE could change.",
        ),
    ],
)
def test_refused_line_has_a_reason_and_changes_nothing(
    three_candidates: None, line: bytes, code: str, reason: str
) -> None:
    Registration.objects.filter(kandidatlopenr="10003").update(is_withdrawn=True)
    deliver("earlier.txt", result_line(10002, "E"))
    assert deliver("a.txt", line) == [Receipt(1, False, code, reason)]
    assert held() == {"10002": ("E", "")}


def test_candidate_twice_in_a_file_is_refused_both_times(three_candidates: None) -> None:
    receipts = deliver("a.txt", result_line(10001, "A") + result_line(10001, "B"))
    reason = "Candidate 10001 is in this file more than once."
    assert receipts == [Receipt(line, False, "twice-in-file", reason) for line in (1, 2)]
    assert held() == {}


def test_lines_are_refused_if_not_utf_8(three_candidates: None) -> None:
    content = result_line(10001) + b"\xff\n" + result_line(10002)
    assert [(receipt.line, receipt.code) for receipt in deliver("a.txt", content)] == [
        (1, "unreadable"),
        (2, "unreadable"),
        (3, "unreadable"),
    ]


def test_good_lines_are_accepted_beside_refused_ones(three_candidates: None) -> None:
    receipts = deliver("a.txt", result_line(10001, "A") + result_line(99, "A") + result_line(10002, "F"))
    assert [receipt.taken for receipt in receipts] == [True, False, True]
    assert held() == {"10001": ("A", ""), "10002": ("F", "")}


def test_same_number_on_two_exams_is_two_candidates(three_candidates: None) -> None:
    other = "194;TDT4110;1;MUNTLIG;VÅR;2026"
    learn("candidates", candidate_lines([10001], other))
    receipts = deliver("a.txt", result_line(10001, "A") + result_line(10001, "B", key=other))
    assert [receipt.taken for receipt in receipts] == [True, True]
    results = Registration.objects.filter(kandidatlopenr="10001").values_list("exam__key", "karakter")
    assert dict(results) == {KEY: "A", other: "B"}


def test_repeated_file_gets_the_same_receipts(three_candidates: None) -> None:
    content = result_line(10001, "A") + result_line(99, "A")
    first = deliver("a.txt", content)
    learn("candidates", candidate_lines([99]))
    rows = list(Registration.objects.values())
    assert deliver("a.txt", content) == first
    assert list(Registration.objects.values()) == rows
    assert ReceivedFile.objects.count() == 1


def test_file_with_a_corrected_line_is_checked_again() -> None:
    content = result_line(10001, "A")
    assert [receipt.code for receipt in deliver("1.txt", content)] == ["unknown-exam"]
    learn("candidates", candidate_lines([10001]))
    assert deliver("2.txt", content) == [TAKEN]


def test_grade_changed_back_is_registered(three_candidates: None) -> None:
    deliver("1.txt", result_line(10001, "C"))
    deliver("2.txt", result_line(10001, "B", "KLAGE"))
    deliver("3.txt", result_line(10001, "C", "KLAGE"))
    assert deliver("4.txt", result_line(10001, "B", "KLAGE")) == [TAKEN]
    assert held() == {"10001": ("B", "KLAGE")}


def test_file_is_stored_with_receipts(three_candidates: None) -> None:
    content = result_line(10001, "A") + result_line(99, "A")
    receipts = deliver("a.txt", content)
    file = ReceivedFile.objects.get()
    assert (file.name, bytes(file.content), file.answer) == ("a.txt", content, receipts)
    assert (file.taken_count, file.refused_count) == (1, 1)
    assert [exam.key for exam in file.exams.all()] == [KEY]


def test_check_answers_like_deliver_and_writes_nothing(three_candidates: None) -> None:
    content = result_line(10001, "A") + result_line(99, "A") + result_line(10002, "X")
    checked = check(content)
    assert (held(), ReceivedFile.objects.count()) == ({}, 0)
    assert checked == deliver("a.txt", content)


def test_backend_is_the_registry(three_candidates: None) -> None:
    fs = SimulatedFs()
    fs.learn("candidates", candidate_lines([10004]))
    assert fs.check(result_line(10004)) == fs.deliver("a.txt", result_line(10004)) == [TAKEN]


@pytest.mark.parametrize("count", [3, 300])
def test_queries_do_not_grow_with_lines(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    numbers = range(10001, 10001 + count)
    learn("candidates", candidate_lines(numbers))
    content = b"".join(result_line(number, "ABC"[number % 3]) for number in numbers)
    with django_assert_num_queries(2):
        check(content)
    with django_assert_num_queries(DELIVER_QUERIES):
        deliver("a.txt", content)
    assert len(held()) == count


# savepoint, file looked up, savepoint, file stored, release, exams, candidates, one for each of three grades,
# link to the exam, receipts stored, release
DELIVER_QUERIES = 13


# Constraints


@pytest.mark.parametrize(
    "wrong",
    [
        {"karakter": "Pass", "registered_at": timezone.now()},
        {"karakter": "A", "endringsstatus": "OOPS", "registered_at": timezone.now()},
        {"karakter": "A"},
        {"registered_at": timezone.now()},
        {"endringsstatus": "KLAGE"},
        {"kandidatlopenr": ""},
        {"kandidatlopenr": "10002"},
    ],
)
def test_database_refuses_invalid_registrations(three_candidates: None, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(kandidatlopenr="10001").update(**wrong)
