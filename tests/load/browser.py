"""A light client for load tests: cookies, forms, and the polling of open pages."""

import asyncio
import html
import re
import time
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import quote, urlencode

from tests.load.figures import Tally

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "-----lecture-hall"
MOVED = 409
Fields = dict[str, str] | list[tuple[str, str]]
PATIENCE = 60.0
"""Timeout of a request in seconds."""
POLL = re.compile(r'<div id="([\w-]+)"[^>]*? hx-(get|post)="([^"]+)" hx-trigger="(load, )?every (\d+)s')
REFRESHED = re.compile(r'<div id="[\w-]+"[^>]*? hx-get="([^"]+)" hx-trigger="(?:[^"]*, )?refresh"')
INCLUDED = re.compile(r'<input type="hidden" name="of" value="([^"]+)"')
TOKEN = re.compile(r'"X-CSRFToken": "(\w+)"')
STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
STEPS = re.compile(r'data-steps-done="(\d+)"')


class UnexpectedPage(Exception):
    """The response is not the expected page, so the person can't continue."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Poll:
    """A polled address with its interval and next time, in seconds of the monotonic clock."""

    method: str
    address: str
    every: float
    due: float


class Browser:
    """One person's browser with one open page. `steps` is the number of completed tasks in the panel."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.port, self.tally = port, tally
        self.cookies: dict[str, str] = {}
        self.polls: dict[str, Poll] = {}
        self.refreshed = ""
        self.kept: set[str] = set()
        self.path, self.page, self.steps = "", "", 0

    # Acts of a person

    async def visit(self, path: str, mark: str = "") -> None:
        """Open a page, following redirects. It must contain `mark`."""
        await self._show(path, await self._ask("GET", path), mark)

    async def submit(self, path: str, fields: Fields, mark: str = "") -> None:
        """Submit a form of the open page, and follow the redirect."""
        if not await self.offer(path, fields, mark):
            self._give_up("POST", path, "409")

    async def offer(self, path: str, fields: Fields, mark: str = "") -> bool:
        """Like `submit`; after a conflict (409) open its page and return False."""
        pairs = list(fields.items()) if isinstance(fields, dict) else fields
        body = urlencode([*pairs, ("csrfmiddlewaretoken", self._token())]).encode()
        answer = await self._ask("POST", path, body, {"Content-Type": FORM}, may_move=True)
        if answer.status == MOVED:
            await self._open(path, answer.text)
            return False
        if answer.status != 302:
            self._give_up("POST", path, f"{answer.status} instead of a redirection")
        await self._show(path, answer, mark)
        return True

    async def press(self, path: str, fields: dict[str, str]) -> bool:
        """Use a control of the open page, as htmx does, and read the response. Return False after a conflict (409)."""
        headers = {"HX-Request": "true", "X-CSRFToken": self._token(), "Content-Type": FORM}
        answer = await self._ask("POST", path, urlencode(fields).encode(), headers, may_move=True)
        if answer.status not in (200, MOVED):
            self._give_up("POST", path, f"{answer.status}")
        self._take_in(answer.text)
        return answer.status == 200

    async def fragment(self, path: str, mark: str, *, file: bytes = b"") -> str:
        """Request a part of the page, as htmx does, or upload `file`."""
        headers = {"HX-Request": "true", "X-CSRFToken": self._token()}
        if not file:
            return self._held("GET", path, await self._ask("GET", path, headers=headers), mark)
        headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="grades.xlsx"\r\n\r\n'
        body = head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self._held("POST", path, await self._ask("POST", path, body, headers), mark)

    async def download(self, path: str) -> bytes:
        """Return a downloaded file. The page stays open."""
        answer = await self._ask("GET", path)
        if answer.status != 200 or not answer.body.startswith(b"PK"):
            self._give_up("GET", path, f"{answer.status}, no workbook")
        return answer.body

    async def look(self, seconds: float) -> None:
        """Keep the page open and polling for this many seconds."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            due = [name for name, poll in self.polls.items() if poll.due <= now]
            await asyncio.gather(*(self.poll(name) for name in due))
            following = min([poll.due for poll in self.polls.values()] + [end])
            await asyncio.sleep(max(0.0, min(following, end) - time.monotonic()))

    def link(self, pattern: str, page: str = "") -> str:
        """Return the matching address on the page, or in this part of it."""
        found = re.search(rf'(?:href|action)="([^"]*{pattern})"', page or self.page)
        if not found:
            self._give_up("GET", self.path, f"no link to {pattern}")
        return html.unescape(found[1])

    # Polling

    async def poll(self, name: str) -> None:
        """Poll the part `name` of the page once, and then the refreshed part if the response triggers it."""
        poll = self.polls[name]
        poll.due = time.monotonic() + poll.every
        self.tally.polls += 1
        if await self._ask_for_news(poll.method, poll.address) == "refresh":
            await self._ask_for_news("GET", self.refreshed)

    async def _ask_for_news(self, method: str, address: str) -> str:
        """Poll `address` and read the response. Return the event that it triggers."""
        headers = {"HX-Request": "true"} | ({"X-CSRFToken": self._token()} if method == "POST" else {})
        answer = await self._ask(method, address, headers=headers)
        if "hx-refresh" in answer.headers:
            await self.visit(self.path)
        elif answer.status == 200:
            self._take_in(answer.text)
        elif answer.status != 204:
            self._give_up(method, address, f"{answer.status}")
        return answer.headers.get("hx-trigger", "")

    async def _show(self, path: str, answer: Answer, mark: str) -> None:
        while answer.status == 302:
            path = answer.headers["location"]
            answer = await self._ask("GET", path)
        await self._open(path, self._held("GET", path, answer, mark))

    async def _open(self, path: str, text: str) -> None:
        self.path, self.page, self.polls = path, text, {}
        self._take_in(text)
        # Browsers cache these for good: their names contain a hash.
        files = set(STATIC.findall(text)) - self.kept
        self.kept |= files
        for file in sorted(files):
            got = await self._ask("GET", file, headers={"Accept-Encoding": "gzip"})
            if got.status != 200 or not got.body:
                self._give_up("GET", file, f"{got.status}")

    def _take_in(self, text: str) -> None:
        """Read polled addresses and completed tasks from a page or fragment."""
        now = time.monotonic()
        for name, method, address, on_load, every in POLL.findall(text):
            due = now if on_load else now + float(every)
            self.polls[name] = Poll(method.upper(), html.unescape(address), float(every), due)
        if found := REFRESHED.search(text):
            token = INCLUDED.search(text)
            self.refreshed = html.unescape(found[1]) + (f"&of={quote(token[1])}" if token else "")
        if steps := STEPS.search(text):
            self.steps = int(steps[1])

    # Requests

    def _token(self) -> str:
        found = TOKEN.search(self.page)
        return found[1] if found else ""

    def _held(self, method: str, path: str, answer: Answer, mark: str) -> str:
        """Return the text of the response, which must contain `mark`."""
        if answer.status != 200:
            self._give_up(method, path, f"{answer.status}")
        if mark not in answer.text:
            self._give_up(method, path, f"does not show {mark}")
        return answer.text

    def _give_up(self, method: str, path: str, why: str) -> NoReturn:
        self.tally.fail(method, path, why)
        raise UnexpectedPage(why)

    async def _ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        may_move: bool = False,
    ) -> Answer:
        """
        Send a request on a separate connection. The time is measured from before the connection to the last byte of the
        response. A 409 is an error unless `may_move`.
        """
        lines = {
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "close",
            "Accept-Language": "en",
            "Referer": f"http://127.0.0.1:{self.port}{self.path}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **({"Content-Length": str(len(body))} if method == "POST" else {}),
            **(headers or {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                raw = await self._exchange(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        except (OSError, TimeoutError) as error:
            self._give_up(method, path, f"no answer: {type(error).__name__}")
        self.tally.add(method, path, began, len(raw))
        answer = self._read(method, path, raw)
        if answer.status >= 400 and not (may_move and answer.status == MOVED):
            self._give_up(method, path, f"{answer.status}")
        return answer

    async def _exchange(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()

    def _read(self, method: str, path: str, raw: bytes) -> Answer:
        head, _gap, body = raw.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in rest:
            name, _colon, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if name.lower() == "set-cookie":
                self._keep(value.strip())
        status = int(first.split(" ")[1]) if first.startswith("HTTP/1.") else 0
        if len(body) < int(headers.get("content-length", "0")) or status == 0:
            self._give_up(method, path, f"{status}, {len(body)} bytes")
        return Answer(status, headers, body)

    def _keep(self, cookie: str) -> None:
        pair, *attributes = cookie.split(";")
        name, _equals, value = pair.partition("=")
        if any(one.strip().lower() == "max-age=0" for one in attributes):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value
