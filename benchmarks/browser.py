"""
Page weights, times of clicks, long tasks in long lists, and the load of 200 open pages: `python -m benchmarks.browser`.

In Chromium, against a server with SQLite and a temporary demo world.
"""

import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.open_pages import share_of_a_core
from benchmarks.report import table, write_results
from tests.browser.demo_site import ROOT, WHOLE_BROWSER, DemoSite, Site, SiteTemplate, launch
from tests.load.figures import at_share

CLICKS = 30
RUNS = 5
COMMITTEES = 50
"""Number of committees with twelve candidates, for the open pages."""

WATCH = """
window.tasks = [];
new PerformanceObserver(seen => seen.getEntries().forEach(task => window.tasks.push(task.duration)))
    .observe({ type: "longtask", buffered: true });
"""
# Clicks a different row of the first chunk each time, and measures until the row of the response is shown.
CLICK = """async clicks => {
    const times = [];
    const rows = Array.from(document.querySelectorAll("tr[data-candidate]"), row => row.id).slice(0, clicks);
    for (const id of rows) {
        const row = document.getElementById(id);
        const grade = row.dataset.grade === "A" ? "B" : "A";
        const began = performance.now();
        row.querySelector(`[name=grade][value=${grade}]`).click();
        await new Promise(done => {
            const look = () => document.getElementById(id).dataset.grade === grade ? done() : setTimeout(look);
            look();
        });
        times.push(performance.now() - began);
        await new Promise(done => setTimeout(done, 100));
    }
    return times;
}"""
BARE = """async times => {
    const found = [];
    for (let time = 0; time < times; time++) {
        const began = performance.now();
        await (await fetch("/livez", { cache: "no-store" })).text();
        found.push(performance.now() - began);
    }
    return found;
}"""


@contextmanager
def demo_site() -> Iterator[tuple[DemoSite, Site, dict[int, int]]]:
    """Yield the site with a browser, its server, and the pk of a committee for each number of candidates."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "site_template").mkdir()
        site_template = SiteTemplate(Path(folder) / "site_template", None, "bench")
        with site_template.site(GRADEREG_LOG="warnings") as site:
            sizes = [1000, 5000, *[12] * COMMITTEES]
            command = [sys.executable, "-m", "benchmarks.long_sheets", *map(str, sizes)]
            done = subprocess.run(command, cwd=ROOT, env=site.environment, check=True, capture_output=True)
            site.start()
            browser = launch(playwright, executable=WHOLE_BROWSER)
            yield (
                DemoSite(site.address, browser),
                site,
                dict(zip(sizes, map(int, done.stdout.split()), strict=True)),
            )
            browser.close()
        site_template.end()


def first_loads(demo_site: DemoSite) -> str:
    """Return the table of bytes and requests of pages, each with an empty browser cache."""
    state: Any = demo_site.sign_in("kari").context.storage_state()
    pages = {
        "Sign-in page": "/sign-in/",
        "Grade tab": "/grade/",
        "Final Grading of TDT4100": "/committees/1/",
    }
    rows = []
    for name, address in pages.items():
        context = demo_site.browser.new_context(
            base_url=demo_site.address, storage_state=None if "sign-in" in address else state
        )
        page = context.new_page()
        wire, forever, files = weigh(page, address)
        rows.append([name, f"{wire / 1000:.1f}", files + 1, f"{forever} of {files}"])
        context.close()
    return table(["first load, nothing kept", "kB over the wire", "requests", "files kept for ever"], rows)


def weigh(page: Page, address: str) -> tuple[float, int, int]:
    """Return the transferred bytes of a page with its files, the number of immutable files, and of all files."""
    wire: dict[str, float] = defaultdict(float)
    answers: list[Any] = []
    wires = page.context.new_cdp_session(page)
    wires.send("Network.enable")
    wires.on(
        "Network.loadingFinished", lambda event: wire.update({event["requestId"]: event["encodedDataLength"]})
    )
    page.on("response", lambda response: answers.append(response))
    page.goto(address, wait_until="networkidle")
    files = [one for one in answers if "/static/" in one.url]
    forever = sum("immutable" in (one.header_value("cache-control") or "") for one in files)
    return sum(wire.values()), forever, len(files)


def clicks(demo_site: DemoSite, sheets: dict[str, int]) -> str:
    """Return the table of times from a click until the response is shown, with the time of a bare request."""
    rows = []
    for name, committee in sheets.items():
        page = demo_site.sign_in("kari")
        page.goto(f"/committees/{committee}/")
        page.evaluate(CLICK, 3)
        bare = median(page.evaluate(BARE, CLICKS))
        counts = page.context.new_cdp_session(page)
        counts.send("Performance.enable")
        before = busy(counts)
        times = page.evaluate(CLICK, CLICKS)
        spent = (busy(counts) - before) / len(times)
        figures = [bare, median(times) - bare, at_share(times, 0.95) - bare, spent]
        rows.append([name, *(f"{figure:.0f}" for figure in figures)])
        page.context.close()
    head = [
        "click to saved",
        "bare request ms",
        "beyond it p50 ms",
        "beyond it p95 ms",
        "main thread ms a click",
    ]
    return table(head, rows)


def busy(counts: Any) -> float:
    """Return the milliseconds that the page's main thread has worked."""
    found = {one["name"]: one["value"] for one in counts.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(found["TaskDuration"])


def long_tasks(demo_site: DemoSite, committee: int) -> str:
    """Return the table of the longest task of each way to move in a list of 5,000, over several runs."""
    found: dict[str, list[float]] = defaultdict(list)
    for _run in range(RUNS):
        page = demo_site.sign_in("kari")
        page.context.add_init_script(WATCH)
        for name, move in MOVES.items():
            move(page, committee)
            page.wait_for_timeout(1000)
            found[name].append(max(page.evaluate("window.tasks"), default=0))
            page.evaluate("window.tasks = []")
        page.context.close()
    rows = [[name, f"{median(longest):.0f}", f"{max(longest):.0f}"] for name, longest in found.items()]
    return table(["a list of 5,000: longest task", f"median of {RUNS} runs, ms", "worst, ms"], rows)


def opens(page: Page, committee: int) -> None:
    page.goto(f"/committees/{committee}/")


def scrolls(page: Page, committee: int) -> None:
    for _turn in range(40):
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(50)


def goes_to_the_end(page: Page, committee: int) -> None:
    page.evaluate("window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")


def filters(page: Page, committee: int) -> None:
    page.goto(f"/committees/{committee}/?show=ungraded")


def searches(page: Page, committee: int) -> None:
    page.fill("#search", "5")
    page.press("#search", "Enter")
    page.wait_for_load_state()


MOVES = {
    "opens": opens,
    "scrolls by wheel": scrolls,
    "jumps to its end": goes_to_the_end,
    "shows those without a grade": filters,
    "searches": searches,
}


def main() -> None:
    with demo_site() as (demo, site, sheets):
        weights = first_loads(demo)
        clicked = clicks(demo, {"12 candidates": 1, "1,000": sheets[1000], "5,000": sheets[5000]})
        longest = long_tasks(demo, sheets[5000])
        last = sheets[12]
        committees = list(range(last - COMMITTEES + 1, last + 1))
        cookies = demo.sign_in("kari").context.cookies()
        live = share_of_a_core(site, {one["name"]: one["value"] for one in cookies}, committees)
        write_results("browser", "In the browser", weights, clicked, longest, live)


if __name__ == "__main__":
    main()
