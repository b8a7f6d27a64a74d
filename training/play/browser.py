"""A browser without JavaScript, which plays a scenario through its real pages."""

from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse

from training.models import Run
from training.scenarios.schema import TRAINEE

Values = Mapping[str, Any]
CHOSEN = "checked"


class Form:
    """A form of a page: its address, and the values that it would send if nobody filled it in."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.values: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


class FormParser(HTMLParser):
    """Collects the POST forms of a page, and the addresses of its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = self._first = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms += [self._form] if given.get("method", "").lower() == "post" else []
        elif self._form is not None and (tag == "option" or given.get("name")):
            self._field(self._form, tag, given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        kind, name, value = given.get("type", "text"), given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in form.values):
            form.values[self._select] = [value]
        elif (tag == "input" and kind not in ("checkbox", "radio", "file", "submit")) or tag == "textarea":
            form.add(name, value)
        elif tag == "input" and kind in ("checkbox", "radio") and CHOSEN in given:
            form.add(name, value or "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


class Browser:
    """Pages of one run. Every request is one that the pages themselves could send."""

    def __init__(self, run: Run, *, after: Callable[[], None]) -> None:
        self.run, self.after = run, after
        scheme: Any = {"wsgi.url_scheme": "https"}
        self.client = Client(**scheme)
        if run.trainee.person:
            self.client.force_login(run.trainee.person)

    def address(self, route: str, *args: Any, persona: str = TRAINEE) -> str:
        path = reverse(route, args=args, urlconf=settings.PRACTICE_URLCONF)
        return f"/practice/{self.run.pk}/{persona}{path}"

    def get(self, route: str, *args: Any, persona: str = TRAINEE) -> Any:
        return self.open(self.address(route, *args, persona=persona))

    def open(self, address: str) -> Any:
        return self._done(self.client.get(address))

    def _done(self, response: Any) -> Any:
        self.after()
        return response

    def post(self, route: str, *args: Any, data: Values | None = None) -> Any:
        return self.send(self.address(route, *args), data or {})

    def send(self, address: str, values: Values) -> Any:
        return self._done(self.client.post(address, dict(values)))

    def submit(self, page: tuple[Any, ...], to: tuple[Any, ...], /, **values: Any) -> Any:
        """Open `page`, fill in its form with the address `to`, and send it; agree where the answer asks for it."""
        return self._send(self.get(*page), self.address(*to), values)

    def _send(self, page: Any, action: str, values: Values) -> Any:
        form = next((form for form in forms_of(page) if _path(form.action, page) == action), Form(action))
        answer = self.send(action, form.values | dict(values))
        asked = next((form for form in forms_of(answer) if "agreement" in form.values), None)
        if answer.status_code == 200 and asked is not None:
            answer = self.send(action, asked.values)
        return answer


def _path(action: str, page: Any) -> str:
    return urlsplit(action).path or str(page.request["PATH_INFO"])


def forms_of(page: Any) -> Sequence[Form]:
    """Return the POST forms of a response; none for a file or a redirect."""
    return FormParser(page.content.decode()).forms if _is_page(page) else []


def links_of(page: Any) -> Sequence[str]:
    return FormParser(page.content.decode()).links if _is_page(page) else []


def _is_page(page: Any) -> bool:
    return not page.streaming and page.headers.get("Content-Type", "").startswith("text/html")
