"""Measurements: each request, and the resources that the processes used."""

import asyncio
import os
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
import psycopg

STATIC = "static files"


def route_of(method: str, path: str) -> str:
    """Return the page of an address: the address without numbers, codes and query."""
    path = path.partition("?")[0]
    if path.startswith("/static/"):
        return STATIC
    path = re.sub(r"^/practice/\d+/you/", "practice: /", path)
    return f"{method} " + re.sub(r"(?<=/)(\d+|[A-Z0-9]{6})(?=/)", "…", path)


def at_share(values: list[float], share: float) -> float:
    """Return the percentile of `values` for this share: the smallest that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)]


@dataclass
class Tally:
    """
    Every answered request by route, as (began, ended, bytes) in seconds of the monotonic clock; how often open pages asked
    by themselves; and what went wrong.
    """

    requests: dict[str, list[tuple[float, float, int]]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    polls: int = 0
    finished: int = 0

    def add(self, method: str, path: str, began: float, size: int) -> None:
        row = (began, time.monotonic(), size)
        self.requests.setdefault(route_of(method, path), []).append(row)

    def fail(self, method: str, path: str, why: str) -> None:
        self.errors[f"{route_of(method, path)}: {why}"] += 1

    @property
    def count(self) -> int:
        return sum(map(len, self.requests.values()))

    def busiest(self, seconds: int = 10) -> float:
        """Return the requests per second in the busiest window of this length."""
        ended = [row[1] for rows in self.requests.values() for row in rows]
        return max(Counter(int(one) // seconds for one in ended).values(), default=0) / seconds

    def typical(self, route: str, share: float, parts: int = 1) -> float:
        """
        Return the milliseconds that this share of the page's requests does not exceed: the median over those of `parts`
        equal periods in which the page was requested. 0 if it was never requested.
        """
        every = [row[0] for rows in self.requests.values() for row in rows]
        if route not in self.requests:
            return 0.0
        first, length = min(every), (max(every) - min(every)) / parts or 1.0
        found: dict[int, list[float]] = defaultdict(list)
        for row in self.requests[route]:
            found[min(int((row[0] - first) / length), parts - 1)].append(_ms(row))
        return median(at_share(each, share) for each in found.values())

    def slowest(self, share: float = 0.95, *, leaving_out: str = "", parts: int = 1) -> tuple[float, str]:
        """Return the page with the greatest `typical` time: milliseconds and name."""
        found = [
            (self.typical(route, share, parts), route) for route in self.requests if route != leaving_out
        ]
        return max(found, default=(0.0, ""))

    def table(self, parts: int = 1) -> str:
        """Return a row per page, the slowest at the 95th percentile first; p50 and p95 are medians over the parts."""
        lines = [
            "| page | requests | p50 ms | p95 ms | max ms | bytes p50 |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        rows = {route: self.typical(route, 0.95, parts) for route in self.requests}
        for route, p95 in sorted(rows.items(), key=lambda item: -item[1]):
            asked = self.requests[route]
            figures = [len(asked), self.typical(route, 0.5, parts), p95, max(map(_ms, asked))]
            figures.append(median(row[2] for row in asked))
            lines.append(f"| {route} | " + " | ".join(f"{one:,.0f}" for one in figures) + " |")
        return "\n".join(lines)


def _ms(row: tuple[float, float, int]) -> float:
    began, ended, _size = row
    return 1000 * (ended - began)


@dataclass
class Meter:
    """
    Resources used by the servers' processes (by name, with the ids of their main processes), PostgreSQL's for this
    database, and this process: seconds of processor time, and the servers' peak memory together.
    """

    servers: dict[str, list[int]]
    database: str | None
    cpu: dict[int, float] = field(default_factory=dict)
    of: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    at_start: dict[int, float] = field(default_factory=dict)
    rss: int = 0
    load: float = 0.0
    began: float = 0.0
    ended: float = 0.0

    async def watch(self) -> None:
        """Measure every other second until cancelled, because PostgreSQL's processes start and end."""
        self.began = self.ended = time.monotonic()
        self.look()
        self.at_start = dict(self.cpu)
        while True:
            await asyncio.sleep(2)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        rss = 0
        for name, masters in self.servers.items():
            family = [one for master in masters for one in _with_children(master)]
            self.of[name] |= {one.pid for one in family}
            rss += sum(one.memory_info().rss for one in family)
        self.rss = max(self.rss, rss)
        self.of["database"] |= set(self._backends())
        self.of["driver"] = {os.getpid()}
        for pid in set().union(*self.of.values()):
            try:
                times = psutil.Process(pid).cpu_times()
            except psutil.NoSuchProcess:
                continue
            self.cpu[pid] = times.user + times.system
        self.load = max(self.load, os.getloadavg()[0])
        self.ended = time.monotonic()

    def _backends(self) -> list[int]:
        if self.database is None:
            return []
        with psycopg.connect(self.database, autocommit=True) as connection:
            query = (
                "SELECT pid FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return [row[0] for row in connection.execute(query)]

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def shares(self) -> dict[str, float]:
        """Return the share of all processors by name."""
        whole = (self.seconds or 1.0) * (os.cpu_count() or 1)
        return {name: sum(map(self._took, pids)) / whole for name, pids in self.of.items()}

    def _took(self, pid: int) -> float:
        return self.cpu.get(pid, 0.0) - self.at_start.get(pid, 0.0)


def _with_children(master: int) -> list[psutil.Process]:
    process = psutil.Process(master)
    return [process, *process.children(recursive=True)]


def logged_errors(log: Path) -> list[str]:
    """Return the errors in a server's log."""
    with log.open() as lines:
        return [line.strip()[:500] for line in lines if '"ERROR"' in line or '"CRITICAL"' in line]


def machine() -> str:
    """Return cores, model and memory."""
    info = Path("/proc/cpuinfo")
    models = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else []
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores ({models[0] if models else 'of an unknown kind'}), {memory:.0f} GiB"
