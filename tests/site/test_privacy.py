"""
A site with unmistakable names, numbers, grades and reasons goes through the whole workflow over HTTP, with refusals,
bad input, an FS that does not answer, and crashes. None of these values may appear in logs, addresses, titles, file
names or mails.
"""

import email
import json
import re
import socket
from email import policy
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import openpyxl
import pytest

from tests.site.canaries import BROKEN, CANDIDATES, EXAMS, GRADES, NUMBERS, PASSWORD, SEATS, WORD
from tests.site.server import Answer, Server, Visitor, database, environment, manage, serve
from tests.views.html import parse

pytestmark = [pytest.mark.db_independent, pytest.mark.slow]

CANARY = re.compile("|".join([WORD, *NUMBERS, *GRADES, "Nordmann"]), re.IGNORECASE)


class Walk(NamedTuple):
    """Results of the walk: the server's log, addresses, file names, mails, titles."""

    log: str
    statuses: list[int]
    addresses: set[str]
    files: set[str]
    mails: list[email.message.EmailMessage]
    titles: set[str]
    stored: str


class Person(Visitor):
    """A visitor that records what was shown."""

    def __init__(self, address: str, role: str, seen: list[Answer]) -> None:
        super().__init__(address)
        self.seen = seen
        assert self.sign_in(f"{WORD}{role}", PASSWORD).status == 200

    def _ask(self, *asked: object) -> Answer:
        answer = super()._ask(*asked)  # type: ignore[arg-type]
        self.seen.append(answer)
        return answer


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder = tmp_path_factory.mktemp("canaries")
    to_files = {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
    with database() as kind:
        given = environment(folder, **to_files, **kind)
        for command in (["migrate"], ["collectstatic", "--noinput"], ["shell", "-c", SEED]):
            done = manage(given, *command)
            assert done.returncode == 0, done.stderr
        seen: list[Answer] = []
        visitors = []
        with serve(given, folder / "log") as server:
            visitors += failed_sign_ins(server)
            visitors += workflow(server, given, seen)
        with serve(given | {"FS_BACKEND": "tests.site.canaries.SilentFs"}, folder / "log") as server:
            visitors += transfer(server, seen)
        with serve(given, folder / "log") as server:
            visitors += crashes(server, given, seen)
        assert manage(given, "send_notifications").returncode == 0
        stored = manage(given, "shell", "-c", STORED).stdout
    mails = [mail for one in (folder / "mail").iterdir() for mail in one.read_text().split("-" * 79 + "\n")]
    told = [email.message_from_string(one, policy=policy.default) for one in mails if one.strip()]
    pages = [one for one in seen if one.headers.get_content_type() == "text/html"]
    return Walk(
        log=(folder / "log").read_text(),
        statuses=[one.status for one in seen],
        addresses={url for one in visitors for url in one.urls}
        | {link for one in pages for link in links(one)},
        files={one.headers.get_filename() or "" for one in seen},
        mails=told,
        titles={title for one in pages for title in re.findall("<title>(.*?)</title>", one.text, re.DOTALL)},
        stored=stored,
    )


SEED = "from tests.site.canaries import seed; seed()"
STORED = """
from django.contrib.sessions.models import Session
from django.db import connection
print("sessions", [one.get_decoded() for one in Session.objects.all()])
with connection.cursor() as cursor:
    for table in connection.introspection.table_names():
        if "count" in table or "cache" in table:
            cursor.execute(f"SELECT * FROM {table}")
            print(table, cursor.fetchall())
"""


def links(page: Answer) -> set[str]:
    names = ("href", "action", "formaction", "hx-get", "hx-post", "src")
    return {unquote(found) for name in names for found in re.findall(f'\\s{name}="([^"]*)"', page.text)}


def failed_sign_ins(server: Server) -> list[Visitor]:
    """Failed sign-ins and malformed requests."""
    stranger = Visitor(server.address)
    stranger.get("/sign-in/")
    stranger.post("/sign-in/", {"username": f"{WORD}grader", "password": f"{WORD}-wrong"})
    stranger.post("/sign-in/", {"username": f"{WORD}nobody", "password": PASSWORD})
    Visitor(server.address).post("/sign-in/", {"username": f"{WORD}grader", "csrfmiddlewaretoken": "x"})
    # People may type anything as an address, but the log must not contain it.
    typed = Visitor(server.address)
    typed.get(f"/{WORD}/{NUMBERS[0]}/?q={WORD}", Referer=f"{server.address}/?q={WORD}")
    typed.get(
        "/grade/?q=" + WORD, **{"User-Agent": WORD, "X-Request-ID": WORD, "Host": f"{WORD}.example.org"}
    )
    host, port = urlsplit(server.address).netloc.split(":")
    for line in (f"GET /{WORD} HTTP/9.9", f"{WORD} / HTTP/1.1", f"GET /{WORD} HTTP/1.1\r\n{WORD}: a\r\n b"):
        with socket.create_connection((host, int(port)), timeout=10) as raw:
            raw.sendall(f"{line}\r\n\r\n".encode())
            raw.recv(1000)
    return [stranger]


def workflow(server: Server, given: dict[str, str], seen: list[Answer]) -> list[Visitor]:
    """
    Import, committees, grading by click and by file, confirmation, withdrawal, reminders, reopening, and refusals.
    """
    planner = Person(server.address, "planner", seen)
    new = {"scale": "PASS", "kind": "oral"}
    planner.get("/plan/import/")
    files = {"exams": EXAMS, "committees": SEATS, "candidates": CANDIDATES + BROKEN}
    rehearsal = planner.upload(
        "/plan/import/", {kind: (f"{WORD}.txt", text.encode()) for kind, text in files.items()}, new
    )
    planner.post(f"{urlsplit(rehearsal.url).path}apply/")
    planner.upload("/plan/import/", {"candidates": (f"{WORD}.txt", b"\xff\xfe" + WORD.encode())}, new)
    exam, committee = "/plan/exams/1", "/committees/1"
    planner.get(f"{exam}/")
    planner.post(
        "/plan/committees/1/invite/",
        {"name": f"{WORD} Neu", "feide_name": f"{WORD}neu@ntnu.no", "email": f"{WORD}@example.org"},
    )
    planner.post("/plan/committees/1/seats/", {"feide_name": f"{WORD} neu"})
    planner.post("/plan/committees/1/seats/", {"feide_name": f"{WORD}grader"})
    planner.post("/plan/seats/3/unseat/")
    planner.post(f"{exam}/candidates/", {"q": NUMBERS[0]})
    planner.post(f"{exam}/candidates/attendance/", {"candidates": ["1"], "attendance": WORD})
    planner.post(f"{exam}/remind/")
    planner.post(f"{exam}/remind/")

    grader = Person(server.address, "grader", seen)
    grader.post(f"{committee}/", {"q": NUMBERS[0]})
    for number, grade in ((1, "NotPass"), (1, WORD), (2, "Pass")):
        grader.post(
            f"/candidates/{number}/grade/", {"grade": grade, "expected_grade": "", "newest": NUMBERS[0]}
        )
    blank = grader.get(f"{committee}/download/")
    filled = fill_in(blank.content, ["NotPass", WORD, "notpass"])
    grader.get(f"{committee}/upload/")
    result = grader.upload(f"{committee}/upload/", {"file": (f"{WORD}-1.xlsx", filled)})
    grader.post(f"{urlsplit(result.url).path}accept/")
    grader.post(f"{urlsplit(result.url).path}undo/")
    for content in (WORD.encode() * 1000, b"PK\x03\x04" + WORD.encode(), bytes(6 * 1024 * 1024)):
        grader.upload(f"{committee}/upload/", {"file": (f"{WORD}.xlsx", content)})
    grader.post(f"{committee}/upload/", {"x": WORD}, **{"Content-Type": "multipart/form-data"})
    grader.post(f"{committee}/upload/", {WORD: WORD * 500_000})
    for number in (1, 2, 3):
        grader.post(f"/candidates/{number}/grade/", {"grade": "NotPass"})
    confirm(grader, committee)
    grader.post(f"{committee}/withdraw/")
    grader.post(f"{committee}/confirm/", {"expected_version": WORD})
    confirm(grader, committee)
    other = Person(server.address, "other", seen)
    confirm(other, committee)
    planner.post("/plan/committees/1/reopen/", {"code": "KLAGE", "reason": f"{WORD} klaget"})
    planner.post("/plan/committees/1/reopen/", {"code": WORD, "reason": WORD * 500})
    confirm(grader, committee)
    confirm(other, committee)
    return [planner, grader, other]


def confirm(grader: Visitor, committee: str) -> None:
    form = parse(grader.get(f"{committee}/confirm/").text).one("form", id="confirm-form")
    grader.post(f"{committee}/confirm/", form.fields | {"acknowledged": "on"})


def fill_in(blank: bytes, grades: list[str]) -> bytes:
    """Return the downloaded list with grades, and one more row with an unknown candidate."""
    book, out = openpyxl.load_workbook(BytesIO(blank)), BytesIO()
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        if str(row[0].value) in NUMBERS:
            row[1].value = grades[NUMBERS.index(str(row[0].value))]
    sheet.append([f"{WORD}-99", "NotPass"])
    book.save(out)
    return out.getvalue()


def transfer(server: Server, seen: list[Answer]) -> list[Visitor]:
    """Transfer to an FS that does not answer."""
    planner = Person(server.address, "planner", seen)
    planner.get("/plan/exams/1/test-transfer/")
    planner.post("/plan/exams/1/transfer/", {"number": "1"})
    planner.post("/plan/transfers/1/deliver/")
    return [planner]


def crashes(server: Server, given: dict[str, str], seen: list[Answer]) -> list[Visitor]:
    """Deliver to FS, request every page again, then break the database."""
    people = [
        Person(server.address, role, seen) for role in ("planner", "grader", "other", "student", "support")
    ]
    planner, grader, _other, student, support = people
    support.get("/admin/committees/user/")
    assert "1 result" in support.post("/admin/committees/user/", {"q": f"{WORD} sensor"}).text
    assert grader.get("/plan/").status == 403
    planner.post("/plan/transfers/1/deliver/")
    planner.get("/plan/transfers/1/file/")
    planner.post("/plan/committees/1/reopen/", {"code": "KLAGE", "reason": f"{WORD} igjen"})
    for person in people:
        follow_all_links(person)
    blank = grader.get("/committees/1/download/").content
    grader.get("/committees/1/upload/")
    done = manage(given, "shell", "-c", BREAK)
    assert done.returncode == 0, done.stderr
    filled = fill_in(blank, ["NotPass", "Pass", "NotPass"])
    assert grader.upload("/committees/1/upload/", {"file": (f"{WORD}-1.xlsx", filled)}).status == 500
    assert student.get(f"/studentweb/?q={WORD}").status == 500
    return list(people)


BREAK = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE UNIQUE INDEX one_name ON committees_upload (file_name)")
    cursor.execute("DROP TABLE fs_registration")
"""


def follow_all_links(person: Person) -> None:
    """Follow every link, including those of the admin."""
    found: set[str] = {"/"}
    done: set[str] = set()
    while found and len(done) < 400:
        path = found.pop()
        done.add(path)
        answer = person.get(path)
        here = urlsplit(answer.url).path
        hrefs = {
            one.replace("&amp;", "&").partition("#")[0]
            for one in re.findall(r'\shref="([^"]*)"', answer.text)
        }
        paths = {here + one if one.startswith("?") else one for one in hrefs}
        found |= {
            one for one in paths if one.startswith("/") and not re.search("/static/|[?]o=|&|_filters", one)
        } - done
    assert not found, "there is more to look at"


# Results


def test_walk_covers_every_canary(walk: Walk) -> None:
    assert {200, 400, 403, 409, 413, 422, 500} <= set(walk.statuses)
    assert len(walk.mails) == 4
    assert walk.log.count('"message": "FS did not answer') == 3
    assert len(walk.addresses) > 60


def test_log_has_no_canary(walk: Walk) -> None:
    assert [line for line in walk.log.splitlines() if CANARY.search(line)] == []


def test_log_lines_are_json_with_the_request_id(walk: Walk) -> None:
    lines = [json.loads(line) for line in walk.log.splitlines()]
    assert {"time", "level", "logger", "message", "request_id"} <= set.intersection(*map(set, lines))
    crashes = [line for line in lines if line["logger"] == "gradereg.errors" and "error" in line]
    by_id = {line["request_id"]: line["status"] for line in lines if line["logger"] == "gradereg.request"}
    assert [by_id[line["request_id"]] for line in crashes] == [500, 500]


def test_addresses_have_no_canary(walk: Walk) -> None:
    own = {
        url for url in walk.addresses if f"studentweb/?q={WORD}" in url
    }  # typed by a visitor, not shown by us
    mailed = {
        url for url in walk.addresses if url.startswith("mailto:")
    }  # opens a mail program, sends nothing to us
    assert len(own) == 1
    assert {url for url in walk.addresses - own - mailed if CANARY.search(unquote(url))} == set()


def test_file_names_have_no_canary(walk: Walk) -> None:
    assert {name.rpartition(".")[2] for name in walk.files} == {"", "json", "toml", "txt", "xlsx"}
    assert {name for name in walk.files if CANARY.search(name)} == set()


def test_page_titles_have_no_canary(walk: Walk) -> None:
    # A scale in the title of a scenario is nobody's grade.
    titles = {title.replace("Pass/NotPass", "") for title in walk.titles}
    assert {title for title in titles if CANARY.search(title)} == set()


def test_mail_has_no_details(walk: Walk) -> None:
    subjects = {str(one["Subject"]).lstrip("0123456789 ") for one in walk.mails}
    assert subjects == {"notices about grading", "Invitation to grade PRI1000"}
    for one in walk.mails:
        body = one.get_content()
        assert not re.search("|".join([*NUMBERS, *GRADES, "student(?! registry)"]), body)
        assert "/notices/" in body or "Invitation" in str(one["Subject"])


def test_sessions_and_counters_have_no_canary(walk: Walk) -> None:
    assert "sessions [{" in walk.stored
    assert CANARY.search(walk.stored) is None
