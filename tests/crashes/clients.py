"""Clients over HTTP, each in a thread, that record requests before sending them."""

import re
import time
from collections.abc import Callable
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import urlencode

from django.utils import timezone

from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.grade_scales import LETTERS
from tests.crashes.acts import Act, Answer, Diary

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "-----grades"


class ServerDied(Exception):
    """The response did not arrive completely."""


class Session:
    """A signed-in client. The session is in the database, so it outlives the server."""

    def __init__(self, port: int, username: str) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.get("/sign-in/")
        answer, _body = self.post("/sign-in/", {"username": username, "password": "demo"})
        assert answer.status == 302, answer.status

    def get(self, path: str) -> str:
        return self._ask("GET", path)[1]

    def post(
        self, path: str, fields: dict[str, str] | None = None, *, file: bytes = b"", htmx: bool = False
    ) -> tuple[HTTPResponse, str]:
        headers = {"Content-Type": FORM, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        body = urlencode(fields or {}).encode()
        if file:
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
            head = (
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="grades.xlsx"\r\n\r\n'
            )
            body = head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
        if htmx:
            headers["HX-Request"] = "true"
        return self._ask("POST", path, body, headers)

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {"Cookie": cookies} | (headers or {}))
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            raise ServerDied from error
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer, text


class Client:
    """
    A client that writes until the server dies. Each has its own candidates, so their possible grades are known: one
    after a response, two without one.
    """

    def __init__(self, port: int, diary: Diary, seed: int) -> None:
        self.diary = diary
        self.random = Random(seed)
        self.session = Session(port, diary.person or "kari")
        self.errors: list[str] = []

    def work(self) -> None:
        """Act until the server no longer answers."""
        try:
            while not self.errors:
                self.act()
        except ServerDied:
            return

    def act(self) -> None:
        raise NotImplementedError

    def ask(self, act: Act, path: str, fields: dict[str, str] | None = None, **how: object) -> Act:
        return self.ask_as(self.session, act, path, fields, **how)

    def ask_as(
        self, session: Session, act: Act, path: str, fields: dict[str, str] | None = None, **how: object
    ) -> Act:
        """Record `act`, send it, and record the response."""
        self.diary.acts.append(act)
        act.sent = time.time()
        try:
            answer, body = session.post(path, fields, **how)  # type: ignore[arg-type]
            if asked := re.search('name="agreement" value="([0-9a-f]{64})"', body):
                # Not applied yet: the page asks whether confirmations may change.
                answer, body = session.post(path, {**(fields or {}), "agreement": asked[1]})
        finally:
            act.ended = time.time()
        if answer.status in (200, 302):
            act.answer = Answer.OK
            if match := re.search(r"/uploads/(\d+)/", answer.headers.get("Location", "")):
                act.upload = int(match[1])
        elif answer.status in (404, 409):
            act.answer = Answer.REFUSED
        else:
            self.errors.append(f"{path}: {answer.status} {body[:300]}")
        return act


class GraderClient(Client):
    """Clicks, resets, uploads, accepts proposals, undoes, confirms and withdraws on committee `pk`."""

    def __init__(self, port: int, diary: Diary, seed: int, *, pk: int, candidates: dict[str, int]) -> None:
        super().__init__(port, diary, seed)
        self.pk, self.candidates = pk, candidates
        self.may_stand = {number: {""} for number in candidates}
        self.has_confirmed: bool | None = False

    def act(self) -> None:
        acts: list[Callable[[], None]] = [self.click, self.click, self.reset, self.upload, self.confirm]
        self.random.choice(acts)()

    def other(self, number: str) -> str:
        """Return a grade other than the current one."""
        return self.random.choice([grade for grade in "ABCDEF" if grade not in self.may_stand[number]])

    def click(self) -> None:
        number = self.random.choice(list(self.candidates))
        grade = self.other(number)
        self.change(
            Act(["grade.clicked"], {number: [grade]}), f"/candidates/{self.candidates[number]}/grade/"
        )

    def reset(self) -> None:
        number = self.random.choice(list(self.candidates))
        certain = "" not in self.may_stand[number]
        act = Act(["grade.reset"], {number: [""]}, certain)
        self.change(act, f"/candidates/{self.candidates[number]}/reset/")

    def change(self, act: Act, path: str) -> None:
        ((number, (grade,)),) = act.new.items()
        before = self.may_stand[number]
        self.may_stand[number] = before | {grade}
        self.ask(act, path, {"grade": grade}, htmx=True)
        self.may_stand[number] = {grade} if act.answer == Answer.OK else before

    def upload(self) -> None:
        """Upload a whole list; sometimes with a misspelt row, whose proposal is accepted, or undo it."""
        before = dict(self.may_stand)
        numbers = self.random.sample(list(self.candidates), 3)
        cells = {number: self.other(number) for number in numbers}
        misspelt = numbers[0] if self.random.random() < 0.5 else ""
        applied = {number: grade for number, grade in cells.items() if number != misspelt}
        content = sheet(tuple((n, g.lower() if n == misspelt else g) for n, g in cells.items()))
        act = Act(["grades.uploaded"], {number: [grade] for number, grade in applied.items()})
        self.expect(applied)
        self.ask(act, f"/committees/{self.pk}/upload/", file=content)
        if act.answer != Answer.OK:
            self.may_stand = before
            return
        self.may_stand |= {number: {grade} for number, grade in applied.items()}
        if misspelt:
            self.expect({misspelt: cells[misspelt]})
            taken = Act(["grades.proposals"], {misspelt: [cells[misspelt]]}, upload=act.upload)
            self.ask(taken, f"/uploads/{act.upload}/accept/")
            self.may_stand[misspelt] = {cells[misspelt]} if taken.answer == Answer.OK else before[misspelt]
        elif self.random.random() < 0.5:
            for number in applied:
                self.may_stand[number] = self.may_stand[number] | before[number]
            undone = Act(["upload.undone"], {n: sorted(before[n]) for n in applied}, upload=act.upload)
            self.ask(undone, f"/uploads/{act.upload}/undo/")
            if undone.answer == Answer.OK:
                self.may_stand = before
            else:
                self.may_stand |= {number: {grade} for number, grade in applied.items()}

    def expect(self, grades: dict[str, str]) -> None:
        """Add these possible grades: the server may die before it answers."""
        for number, grade in grades.items():
            self.may_stand[number] = self.may_stand[number] | {grade}

    def confirm(self) -> None:
        """Confirm what the page shows; withdraw the next time."""
        if self.has_confirmed is not False:
            act = Act(["grading.withdrawn"], certain=bool(self.has_confirmed))
            self.has_confirmed = self.after(act, f"/committees/{self.pk}/withdraw/", done=False)
            return
        path = f"/committees/{self.pk}/confirm/"
        shown = re.search(r'name="expected_version" value="([^"]+)"', self.session.get(path))
        if shown:
            act = Act(["grading.confirmed"], version=f"{self.pk} {shown[1]}")
            fields = {"expected_version": shown[1], "acknowledged": "on"}
            self.has_confirmed = self.after(act, path, fields, done=True)

    def after(self, act: Act, path: str, fields: dict[str, str] | None = None, *, done: bool) -> bool | None:
        before, self.has_confirmed = self.has_confirmed, None
        self.ask(act, path, fields)
        return done if act.answer == Answer.OK else before


class PlannerClient(Client):
    """Moves ungraded candidates back and forth, sets attendance, and reopens confirmed committees."""

    def __init__(
        self,
        port: int,
        diary: Diary,
        seed: int,
        *,
        exam_pk: int,
        committees: list[int],
        candidates: dict[str, int],
    ) -> None:
        super().__init__(port, diary, seed)
        self.exam_pk, self.committees, self.candidates = exam_pk, committees, candidates
        self.may_stand: dict[tuple[str, str], set[str]] = {}  # unknown at first

    def act(self) -> None:
        self.random.choice([self.move, self.note, self.reopen])()

    def move(self) -> None:
        number, pk = self.random.choice(list(self.candidates.items()))
        to = self.random.choice([0, 1])
        fields = {"candidates": str(pk), "to": str(self.committees[to])}
        self.change("candidates.moved", number, str(to + 1), "move", fields)

    def note(self) -> None:
        number, pk = self.random.choice(list(self.candidates.items()))
        attendance = self.random.choice(["attended", "absent", "withdrew"])
        fields = {"candidates": str(pk), "attendance": attendance}
        self.change("attendance.noted", number, attendance, "attendance", fields)

    def change(self, action: str, number: str, value: str, page: str, fields: dict[str, str]) -> None:
        before = self.may_stand.get((action, number), {""})
        certain = "" not in before and value not in before
        self.may_stand[action, number] = before | {value}
        act = Act([action], {number: [value]}, certain)
        self.ask(act, f"/plan/exams/{self.exam_pk}/candidates/{page}/", fields)
        self.may_stand[action, number] = {value} if act.answer == Answer.OK else before

    def reopen(self) -> None:
        committee = self.random.choice(self.committees)
        fields = {"code": "FEILREG", "reason": "slip"}
        self.ask(Act(["committee.reopened"]), f"/plan/committees/{committee}/reopen/", fields)


class CircleClient(Client):
    """Grader and planner of an exam of its own: click, confirm, transfer, reopen, repeatedly."""

    def __init__(
        self, port: int, diary: Diary, seed: int, *, exam_pk: int, pk: int, candidates: dict[str, int]
    ) -> None:
        super().__init__(port, diary, seed)
        self.planner = Session(port, "per")
        self.exam_pk, self.pk, self.candidates = exam_pk, pk, candidates
        self.may_stand = {number: {""} for number in candidates}

    def act(self) -> None:
        page = f"/plan/exams/{self.exam_pk}/transfer/"
        if waiting := re.search(r'action="(/plan/transfers/\d+/deliver/)"', self.planner.get(page)):
            self.ask_as(self.planner, Act(["transfer.receipts"]), waiting[1])
        number, pk = self.random.choice(list(self.candidates.items()))
        grade = self.random.choice([one for one in ("Pass", "NotPass") if {one} != self.may_stand[number]])
        certain = grade not in self.may_stand[number]
        before = self.may_stand[number]
        self.may_stand[number] = before | {grade}
        act = Act(["grade.clicked"], {number: [grade]}, certain)
        self.ask(act, f"/candidates/{pk}/grade/", {"grade": grade}, htmx=True)
        self.may_stand[number] = {grade} if act.answer == Answer.OK else before
        path = f"/committees/{self.pk}/confirm/"
        if shown := re.search(r'name="expected_version" value="([^"]+)"', self.session.get(path)):
            sure = certain and act.answer == Answer.OK
            yes = Act(["grading.confirmed"], certain=sure, version=f"{self.pk} {shown[1]}")
            self.ask(yes, path, {"expected_version": shown[1], "acknowledged": "on"})
        self.ask_as(self.planner, Act(["transfer.made", "transfer.receipts"]), page)
        fields = {"code": "KLAGE", "reason": "appeal"}
        path = f"/plan/committees/{self.pk}/reopen/"
        self.ask_as(self.planner, Act(["committee.reopened"]), path, fields)


@lru_cache(maxsize=500)
def sheet(cells: tuple[tuple[str, str], ...]) -> bytes:
    head = SheetHead("Exam", "Committee", "somebody", timezone.localtime(), "", LETTERS, False)
    return write_grade_sheet(head, [(number, grade, "") for number, grade in cells])
