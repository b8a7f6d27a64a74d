"""
What open pages cost the server: two hundred of them ask at their own pace, and its processes are watched. Beside it a server
of the same kind that does nothing but answer, asked at the same pace.
"""

import asyncio
import html
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import psutil

from benchmarks.report import table
from tests.browser.demo_site import Site

PAGES = 200
SECONDS = 36
PACE, AT_REST = 3.0, 12.0
"""Seconds between two questions of a page on which something stirs, and of one on which nothing did for a minute: it goes
on in threes, and leaves out those within ten seconds."""
NEWS = re.compile(r'id="change-feed" hx-get="([^"]+)" hx-trigger="every (\d+)s"')
LIVE = re.compile(r'id="live" hx-get="([^"]+)"')


class Asking(NamedTuple):
    """What an open page asks by itself, and what it would ask if there were no news to ask for."""

    news: str
    live: str


def share_of_a_core(site: Site, cookies: dict[str, str], committees: Sequence[int]) -> str:
    """The table: what the server's processes take of one core, with all pages of one committee and of many."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    # A thread of its own: the browser's driver has a loop running in this one.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, _measured(site, cookie, committees)).result()


async def _measured(site: Site, cookie: str, committees: Sequence[int]) -> str:
    bare = Site(site.environment)
    bare.start(application="benchmarks.nothing:answer")
    rows = []
    try:
        for of in (committees[:1], committees):
            pages = [await _opened(site, cookie, of[place % len(of)]) for place in range(PAGES)]
            news = [page.news for page in pages]
            asked = [(site, news), (bare, news)]
            rest, rest_bare = [await _share(*one, cookie, AT_REST) for one in asked]
            astir, astir_bare = [await _share(*one, cookie, PACE) for one in asked]
            live = await _share(site, [page.live for page in pages], cookie, PACE)
            name = f"of {len(of)} committee{'s'[: len(of) - 1]}"
            rows.append([name, *(f"{one:.1%}" for one in (rest, rest_bare, astir, astir_bare, live))])
    finally:
        bare.kill()
    head = [
        f"{PAGES} open pages, share of one core",
        "at rest",
        "a server that does nothing",
        "all astir",
        "a server that does nothing",
        "astir, asking the view",
    ]
    return table(head, rows)


async def _opened(site: Site, cookie: str, committee: int) -> Asking:
    page = await _ask(site, cookie, f"/committees/{committee}/")
    news, live = NEWS.search(page), LIVE.search(page)
    assert news
    assert live
    assert float(news[2]) == PACE
    return Asking(html.unescape(news[1]), html.unescape(live[1]))


async def _share(site: Site, addresses: list[str], cookie: str, pace: float) -> float:
    assert site.server is not None
    began, before = time.monotonic(), _spent(site.server.pid)
    await asyncio.gather(
        *(_asking(site, cookie, address, pace, place) for place, address in enumerate(addresses))
    )
    return (_spent(site.server.pid) - before) / (time.monotonic() - began)


async def _asking(site: Site, cookie: str, address: str, pace: float, place: int) -> None:
    """Ask every `pace` seconds on one connection, as browsers do; the pages were opened one after another."""
    began = time.monotonic() + pace * place / PAGES
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    for turn in range(int(SECONDS / pace)):
        await asyncio.sleep(max(0.0, began + turn * pace - time.monotonic()))
        writer.write(_request(cookie, address))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 204"), head
    writer.close()


async def _ask(site: Site, cookie: str, address: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(_request(cookie, address, "Connection: close"))
    answer = await reader.read()
    writer.close()
    return answer.decode()


def _request(cookie: str, address: str, *more: str) -> bytes:
    lines = [f"GET {address} HTTP/1.1", "Host: 127.0.0.1", "HX-Request: true", f"Cookie: {cookie}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def _spent(server: int) -> float:
    """Seconds of processor that the server's processes have taken."""
    master = psutil.Process(server)
    times = [one.cpu_times() for one in (master, *master.children(recursive=True))]
    return sum(one.user + one.system for one in times)
