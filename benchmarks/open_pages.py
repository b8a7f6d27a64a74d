"""
CPU time of the server for 200 open pages that poll at their own pace, compared with a server of the same kind that only
answers (`benchmarks.nothing`).
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
"""Seconds between two polls of an active page, and of one that was idle for a minute: its timer still has three seconds,
but polls within ten seconds are skipped."""
NEWS = re.compile(r'id="change-feed" hx-get="([^"]+)" hx-trigger="every (\d+)s"')
LIVE = re.compile(r'id="live" hx-get="([^"]+)"')


class Asking(NamedTuple):
    """URLs that an open page polls: the change feed, and the live view that it would poll without the feed."""

    news: str
    live: str


def share_of_a_core(site: Site, cookies: dict[str, str], committees: Sequence[int]) -> str:
    """Return the table of the server's share of one core, with all pages of one committee and of many."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    # In another thread, because Playwright's event loop runs in this one.
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
            idle, idle_bare = [await _share(*server, cookie, AT_REST) for server in asked]
            active, active_bare = [await _share(*server, cookie, PACE) for server in asked]
            live = await _share(site, [page.live for page in pages], cookie, PACE)
            name = f"of {len(of)} committee{'s'[: len(of) - 1]}"
            rows.append([name, *(f"{share:.1%}" for share in (idle, idle_bare, active, active_bare, live))])
    finally:
        bare.kill()
    head = [
        f"{PAGES} open pages, share of one core",
        "idle",
        "idle, minimal server",
        "active",
        "active, minimal server",
        "active, polling the view",
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
    """Poll every `pace` seconds on one connection; the pages start one after another."""
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
    """Return the CPU seconds of the server's processes."""
    master = psutil.Process(server)
    times = [process.cpu_times() for process in (master, *master.children(recursive=True))]
    return sum(used.user + used.system for used in times)
