from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from committees.errors import Refusal
from committees.models import Candidate, Committee, Exam, FsImport, Grader, User
from fs.models import Registration
from tests.conftest import People, candidate, confirm_all, grade, stage
from tests.refusals import sentence
from tests.views.html import Element, page_of
from tests.views.queries import queries_of

KEY = "194;MUS2003;1;V1;HØST;2026"
EXAMS = f"{KEY};2026-12-01T09:00;Hall \\; stage;\n"
COMMITTEES = f"{KEY};1;Concert;kari;N\n{KEY};1;Concert;gro@uio.no;J\n{KEY};2;;ingrid;N\n"
CANDIDATES = f"sofie;{KEY};30001;1;\nemil;{KEY};30002;1;\n;{KEY};30003;2;\n;{KEY};30004;;\n"


def give(client: Client, **files: str | bytes) -> Any:
    """Upload FS files with the form: `give(per, exams=..., candidates=...)`."""
    sent = {
        name: SimpleUploadedFile(f"{name}.txt", text.encode() if isinstance(text, str) else text)
        for name, text in files.items()
    }
    return client.post(reverse("import"), {"scale": "A-F", "kind": "practical", **sent})


def rehearse(client: Client, **files: str | bytes) -> Element:
    response = give(client, **files)
    assert response.headers["Location"] == reverse("import-preview", args=[FsImport.objects.latest("pk").pk])
    return page_of(client.get(response.headers["Location"]))


def apply(client: Client, page: Element) -> Any:
    """Press the button of the preview."""
    form = page.one("main").one("form")
    return client.post(form["action"])


def tally(page: Element) -> dict[str, int]:
    """Return the counts of the preview, without zeros."""
    lines = [one.partition(" ") for one in page.one("ul", class_="count-list").texts("li")]
    return {what: int(count) for count, _space, what in lines if count != "0"}


def problems(page: Element) -> list[tuple[str, str, str]]:
    """Return file, line and reason of each problem."""
    return [(cells[0], cells[1], cells[2]) for cells in page.cells]


def of_exam(people: People, *numbers: str, committee: str = "1") -> str:
    """Return the candidate file of TDT4100 with these numbers."""
    key = ";".join(people.exam.key)
    return "".join(f";{key};{number};{committee};\n" for number in numbers)


# The form


def test_page_describes_the_three_files(people: People, per: Client) -> None:
    page = page_of(per.get(reverse("import")))
    form = page.one("main").one("form")
    assert form["enctype"] == "multipart/form-data"
    assert [one["name"] for one in form.all("input", type="file")] == ["exams", "committees", "candidates"]
    assert [len(one.split(";")) for one in page.texts("dd")] == [9, 10, 10]


def test_missing_files_are_reported(people: People, per: Client) -> None:
    response = give(per)
    assert (response.status_code, page_of(response).faults) == (422, ["Choose at least one file."])
    assert FsImport.objects.count() == 0


def test_large_file_is_refused(people: People, per: Client) -> None:
    response = give(per, exams=b"x" * (settings.UPLOAD_LIMIT + 1))
    assert (response.status_code, page_of(response).faults) == (
        422,
        ["exams.txt is larger than 5 MB. Split it and import the parts one by one."],
    )
    assert FsImport.objects.count() == 0


# The preview


def test_preview_shows_what_would_happen(people: People, per: Client) -> None:
    page = rehearse(per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    assert tally(page) == {"new exams": 1, "new committees": 2, "new graders": 3, "new candidates": 4}
    assert page.one("main").all("ul")[1].texts("li") == [
        "New committee MUS2003, Committee 1 – Concert",
        "New committee MUS2003, Committee 2",
        "MUS2003, Committee 1 – Concert: Kari",
        "MUS2003, Committee 1 – Concert: gro@uio.no to be invited",
        "MUS2003, Committee 2: Ingrid",
    ]
    assert problems(page) == []


def test_preview_writes_nothing(
    people: People, per: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = [model.objects.count() for model in (Exam, Committee, Grader, Candidate, User, Registration)]
    with django_capture_on_commit_callbacks() as callbacks:
        rehearse(per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    assert callbacks == []
    assert [
        model.objects.count() for model in (Exam, Committee, Grader, Candidate, User, Registration)
    ] == before


def test_problems_have_file_line_and_reason(people: People, per: Client) -> None:
    page = rehearse(
        per,
        exams=EXAMS + "194;HALF\n",
        committees=f"{KEY};x;Concert;kari;N\n{KEY};1;Concert;kari;maybe\n",
        candidates=f"\n;{KEY};30001;1;\n;{KEY};30001;1;\n;194;NONE;1;V1;HØST;2026;1;1;\n",
    )
    found = problems(page)
    assert [(file, line) for file, line, _reason in found] == [
        ("Exams", "2"), ("Committees", "1"), ("Committees", "2"), ("Candidates", "3"), ("Candidates", "4"),
    ]  # fmt: skip
    assert [row["data-line"] for row in page.all("tr", data_line="*")] == ["2", "1", "2", "3", "4"]
    assert found[0][2].startswith("This line has 2 fields instead of 9")
    assert found[1][2] == "Field kommislopenr is “x”, but must be a number with the digits 0–9 only."
    assert found[3][2] == "This line repeats line 2, which was used instead."
    assert (
        found[4][2]
        == "No exam has the key 194;NONE;1;V1;HØST;2026. Its line in the exam file is missing or was left out."
    )
    assert page.one("main").texts("h2")[0] == "5 problems"


def test_binary_file_is_one_problem(people: People, per: Client) -> None:
    page = rehearse(per, candidates=f"ok;{KEY};1;1;\n".encode() + b"\xff\xfe;x\n")
    assert [found[:2] for found in problems(page)] == [("Candidates", "2")]
    assert "not UTF-8" in problems(page)[0][2]
    assert page.one("main").all("form") == []


def test_exams_of_other_planners_are_unchanged(people: People, per: Client) -> None:
    line = f";{';'.join(people.other.key)};90002;1;\n"
    page = rehearse(per, candidates=line)
    assert problems(page) == [("Candidates", "1", "You are not a planner of XXX1000.")]
    assert tally(page) == {}
    assert "Nothing to import: no line can be used. Choose other files" in page.texts("p")


def test_preview_is_computed_each_time(people: People, per: Client) -> None:
    url = give(per, candidates=of_exam(people, "10001", "10002", "10003", "10013", "10014")).headers[
        "Location"
    ]
    assert page_of(per.get(url)).cells == []
    confirm_all(people.exam)
    reasons = [reason for _file, _line, reason in problems(page_of(per.get(url)))]
    told = "Committee {} is confirmed, so {} can’t be moved into or out of it. Reopen it first."
    assert reasons == [told.format(2, "10013"), told.format(2, "10014")]


def test_file_content_is_escaped(people: People, per: Client) -> None:
    page = rehearse(per, exams=f"{KEY.replace('MUS2003', '<b>x</b>')};2026-12-01T09:00;;\n")
    assert page.one("main").all("b") == []
    assert "“<b>x</b>”" in problems(page)[0][2]


# Applying


def test_import_does_what_the_preview_showed(
    people: People, per: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    page = rehearse(per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    assert page.one("main").texts("button") == ["Import"]
    with django_capture_on_commit_callbacks(execute=True):
        response = apply(per, page)
    exam = Exam.objects.get(emnekode="MUS2003")
    assert response.headers["Location"] == reverse("planned-exam", args=[exam.pk])
    assert (exam.place, str(exam.date), exam.scale, exam.kind) == (
        "Hall ; stage",
        "2026-12-01",
        "A-F",
        "practical",
    )
    assert list(exam.planners.all()) == [people.per]
    seats = Grader.objects.filter(committee__exam=exam).order_by("committee__number", "pk")
    assert list(seats.values_list("committee__number", "person__feide_name", "is_external")) == [
        (1, "kari@ntnu.no", False),
        (1, "gro@uio.no", True),
        (2, "ingrid@ntnu.no", False),
    ]
    rows = exam.candidates.by_number().values_list("number", "committee__number", "feide_name", "name")
    assert list(rows) == [
        ("30001", 1, "sofie@ntnu.no", "Sofie"),
        ("30002", 1, "emil@ntnu.no", ""),
        ("30003", 2, "", ""),
        ("30004", None, "", ""),
    ]
    assert Registration.objects.filter(exam__key=KEY).count() == 4


def test_good_lines_are_imported_without_the_others(people: People, per: Client) -> None:
    page = rehearse(per, exams=EXAMS, candidates=f";{KEY};30001;1;\n;{KEY};x;1;\n")
    assert page.one("main").texts("button") == ["Import the valid lines"]
    apply(per, page)
    assert list(Candidate.objects.filter(exam__emnekode="MUS2003").values_list("number", flat=True)) == [
        "30001"
    ]
    done = page_of(per.get(reverse("import-preview", args=[FsImport.objects.get().pk])))
    assert done.one("section", data_left_out="*").cells == page.cells


def test_format_shows_how_to_write_a_backslash(people: People, per: Client) -> None:
    (format_,) = page_of(per.get(reverse("import"))).texts("section")[1:]
    assert r"write \; for ; and \\ for a backslash." in format_


def test_files_are_imported_once(people: People, per: Client) -> None:
    page = rehearse(per, exams=EXAMS, candidates=CANDIDATES)
    apply(per, page)
    response = apply(per, page)
    assert (response.status_code, page_of(response).alerts) == (409, [sentence(Refusal.IMPORT_APPLIED)])
    done = page_of(per.get(reverse("import-preview", args=[FsImport.objects.get().pk])))
    assert done.texts("h1") == ["Imported"]
    assert Exam.objects.get(emnekode="MUS2003").candidates.count() == 4


def test_repeated_files_would_change_nothing(people: People, per: Client) -> None:
    files = {"exams": EXAMS, "committees": COMMITTEES, "candidates": CANDIDATES}
    apply(per, rehearse(per, **files))
    again = rehearse(per, **files)
    assert tally(again) == {"unchanged lines": 8}
    assert [form["action"] for form in again.one("main").all("form") if "apply" in form["action"]] == []


def test_repeated_import_keeps_grades(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10002="B")
    page = rehearse(
        per, candidates=of_exam(people, "10003", "10004") + of_exam(people, "10013", committee="1")
    )
    assert problems(page) == [
        (
            "Candidates",
            "–",
            "10002 in TDT4100 is not in the file but is kept, because the candidate has the grade B.",
        ),
    ]
    assert tally(page) == {
        "new candidates": 1,
        "changed candidates": 1,
        "removed candidates": 2,
        "unchanged lines": 1,
    }
    apply(per, page)
    rows = people.exam.candidates.by_number().values_list("number", "committee__number", "grade")
    assert list(rows) == [("10002", 1, "B"), ("10003", 1, ""), ("10004", 1, ""), ("10013", 1, "")]


def test_change_after_the_preview_is_shown(people: People, per: Client) -> None:
    page = rehearse(
        per, candidates=of_exam(people, "10001", "10003") + of_exam(people, "10013", "10014", committee="2")
    )
    assert tally(page)["removed candidates"] == 1
    grade(people.kari, people.one, c10002="B")
    apply(per, page)
    assert candidate("10002").grade == "B"


def test_confirmed_committee_gets_no_candidate(people: People, per: Client) -> None:
    confirm_all(people.exam)
    everyone = of_exam(people, "10001", "10002", "10003", "10099") + of_exam(
        people, "10013", "10014", committee="2"
    )
    key = ";".join(people.exam.key)
    page = rehearse(per, candidates=everyone, committees=f"{key};1;;vera;N\n")
    assert problems(page) == [
        (
            "Committees",
            "1",
            "Committee 1 is confirmed, so vera@ntnu.no can’t be added as a grader. Reopen it first.",
        ),
        (
            "Candidates",
            "4",
            "Committee 1 is confirmed, so 10099 can’t be moved into or out of it. Reopen it first.",
        ),
    ]
    assert page.one("main").all("form") == []
    assert stage(people.one) == "confirmed"


def test_new_date_keeps_a_chosen_deadline(people: People, per: Client) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(date="2026-05-01", deadline="2026-06-30")
    page = rehearse(per, exams=f"{';'.join(people.exam.key)};2026-05-11T09:00;Hall;\n")
    assert tally(page) == {"changed exams": 1}
    apply(per, page)
    exam = Exam.objects.get(pk=people.exam.pk)
    assert (str(exam.date), exam.place, str(exam.deadline)) == ("2026-05-11", "Hall", "2026-06-30")


def test_several_exams_lead_to_the_list_of_them(people: People, per: Client) -> None:
    other = EXAMS.replace("MUS2003", "MUS2004") + f"{';'.join(people.other.key)};2026-12-01T09:00;;\n"
    page = page_of(per.get(apply(per, rehearse(per, exams=EXAMS + other)).headers["Location"])).one("main")
    assert tally(page) == {"new exams": 2}
    exams = Exam.objects.filter(emnekode__startswith="MUS").order_by("emnekode")
    links = [one["href"] for one in page.all("section")[-1].all("a")]
    assert links == [reverse("planned-exam", args=[exam.pk]) for exam in exams]


def test_queries_do_not_grow_with_candidates(people: People, per: Client) -> None:
    counts = []
    for code, many in (("AAA1000", 10), ("BBB1000", 100)):
        key = KEY.replace("MUS2003", code)
        lines = "".join(f"student{number};{key};{number};1;\n" for number in range(1, many + 1))
        url = give(per, exams=f"{key};2026-12-01T09:00;;\n", candidates=lines).headers["Location"]
        apply_url = reverse("apply-import", args=[FsImport.objects.latest("pk").pk])
        counts.append((queries_of(per, url), queries_of(per, apply_url, {})))
        assert Candidate.objects.filter(exam__emnekode=code).count() == many
    assert counts[0] == counts[1]


def test_import_is_undone_from_its_page(people: People, per: Client) -> None:
    apply(per, rehearse(per, exams=EXAMS, committees=COMMITTEES))
    url = reverse("undo-import", args=[FsImport.objects.latest("pk").pk])
    page = page_of(per.get(url))
    assert page.one("section", data_made="*").texts("li") == ["MUS2003"]
    shown = page.one("input", name="shown")["value"]
    assert per.post(url, {"shown": shown}).headers["Location"] == url.replace("undo/", "")
    assert not Exam.objects.filter(emnekode="MUS2003").exists()
    assert page_of(per.get(url.replace("undo/", ""))).all("div", data_undone="*")


def test_undo_of_an_import_that_changed_meanwhile_shows_the_new_list(people: People, per: Client) -> None:
    apply(per, rehearse(per, exams=EXAMS, committees=COMMITTEES))
    url = reverse("undo-import", args=[FsImport.objects.latest("pk").pk])
    assert per.post(url, {"shown": "0;"}).status_code == 409
    assert Exam.objects.filter(emnekode="MUS2003").exists()
