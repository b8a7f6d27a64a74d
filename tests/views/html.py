"""Elements of pages for tests. The parser is strict: an unclosed tag or a repeated id fails the test."""

from html.parser import HTMLParser
from typing import Any

HTMX = {"HX-Request": "true"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track"}
INLINE = {"a", "abbr", "b", "code", "em", "span", "strong", "time"}


class Element:
    """An element of a page with its attributes and contents."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.inside: list[Element | str] = []

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    @property
    def text(self) -> str:
        """The text of the element, with single spaces."""
        return " ".join(self._words().split())

    def _words(self) -> str:
        words = "".join(one if isinstance(one, str) else one._words() for one in self.inside)
        is_inline = self.tag in INLINE and "d-block" not in self.attributes.get("class", "")
        return words if is_inline else f" {words} "

    def all(self, tag: str = "", **wanted: str) -> "list[Element]":
        """
        Return every matching element within, in order; `data_grade="A"` matches an attribute, `data_grade="*"` any
        value.
        """
        found = []
        for one in self.inside:
            # Skip the template of alerts that scripts fill in.
            if isinstance(one, Element) and one.attributes.get("id") != "alert-form":
                found += [one, *one.all(tag, **wanted)] if one.fits(tag, wanted) else one.all(tag, **wanted)
        return found

    def fits(self, tag: str, wanted: dict[str, str]) -> bool:
        asked = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return tag in ("", self.tag) and all(
            name in self.attributes and value in ("*", self.attributes[name]) for name, value in asked.items()
        )

    def one(self, tag: str = "", **wanted: str) -> "Element":
        """Return the only matching element."""
        (found,) = self.all(tag, **wanted)
        return found

    def texts(self, tag: str = "", **wanted: str) -> list[str]:
        return [one.text for one in self.all(tag, **wanted)]

    @property
    def alerts(self) -> list[str]:
        """The texts with role="alert"."""
        return self.texts(role="alert")

    @property
    def faults(self) -> list[str]:
        """The errors above its form; an error of a field links to an existing field."""
        faults = []
        for item in self.one(data_errors="*").all("li"):
            for link in item.all("a"):
                assert self.one(id=link["href"].removeprefix("#"))
            faults.append(item.text.split(": ", 1)[1] if item.all("a") else item.text)
        return faults

    @property
    def cells(self) -> list[list[str]]:
        """The texts of the cells of each table row, with the row's header, without those of the columns."""
        return [row.columns for body in self.all("tbody") for row in body.all("tr")]

    @property
    def columns(self) -> list[str]:
        """The texts of its cells as a table row, with its header."""
        return [one.text for one in self.all() if one.tag in ("td", "th")]

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields that a browser would send."""
        hidden = self.all("input", type="hidden")
        return {one["name"]: one["value"] for one in hidden if one["name"] != "csrfmiddlewaretoken"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        name = element.attributes.get("id", "")
        assert name not in self.ids, f'id="{name}" stands there twice'
        self.ids |= {name} - {""}
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}> {self.open[-1].text}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parse(text: str) -> Element:
    """Return the page or fragment `text`."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.open[0]


def page_of(response: Any) -> Element:
    """Return the page or fragment of a response."""
    return parse(response.content.decode())
