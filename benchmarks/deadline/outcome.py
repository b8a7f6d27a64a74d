"""A deadline day as tables: one file for each way of serving, and a page of all that there are."""

import json
from pathlib import Path
from statistics import median
from typing import TypedDict

from benchmarks.deadline.acts import SAID
from benchmarks.deadline.day import Day
from benchmarks.deadline.loops import BARE, ratio
from benchmarks.report import keep, table, when_and_where

KEPT_IN = Path(__file__).resolve().parents[2] / "build" / "bench"
SIGN_IN = "POST /sign-in/"
PARTS = 5
"""Of a day, as long as each other; a time is the median of what it was in each."""


class Kept(TypedDict):
    """One way of serving: its name, what was seen of it, and its pages."""

    name: str
    rows: dict[str, str]
    pages: str


def name_of(day: Day) -> str:
    database = "PostgreSQL" if day.on_postgres else "SQLite"
    return database if day.plan.servers == 1 else f"{database}, {day.plan.servers} servers behind nginx"


def write(day: Day) -> None:
    """Keep what was seen, and write the page anew."""
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    kind = "postgres" if day.on_postgres else "sqlite"
    kept = Kept(name=name_of(day), rows=rows_of(day), pages=day.tally.table(PARTS))
    Path(KEPT_IN, f"deadline-{kind}-{day.plan.servers}.json").write_text(json.dumps(kept, indent=1))
    found: list[Kept] = [json.loads(one.read_text()) for one in sorted(KEPT_IN.glob("deadline-*.json"))]
    labels = list(dict.fromkeys(label for one in found for label in one["rows"]))
    head = ["", *(one["name"] for one in found)]
    summary = table(head, [[label, *(one["rows"].get(label, "") for one in found)] for label in labels])
    keep("deadline", summary, *map(_details, found), says_itself=True)


def _details(kept: Kept) -> str:
    return f"<details><summary>{kept['name']}, page by page</summary>\n\n{kept['pages']}\n\n</details>"


def rows_of(day: Day) -> dict[str, str]:
    """Each figure under the name that it has in the table."""
    plan, tally, meter, counts = day.plan, day.tally, day.meter, day.ledger.counts()
    busiest = tally.busiest()
    slowest, page = tally.slowest(leaving_out=SIGN_IN, parts=PARTS)
    missed = len(day.lost)
    rows = {
        "graders; arrived within": f"{plan.graders:,}; {plan.within + plan.apart:,.0f} s",
        "paused between steps": f"{plan.pause[0]:g}–{plan.pause[1]:g} s",
        "app servers": f"{plan.servers} with {plan.workers // plan.servers} workers of {plan.threads} threads",
        "finished": f"{tally.finished:,}, after {meter.seconds:,.0f} s",
        "errors": f"{sum(tally.errors.values()) + len(day.complaints):,}",
        **{f"{said} answered as done": f"{counts[action]:,}" for action, said in SAID.items()},
        "acts missing in the log or standing otherwise": f"{missed:,}",
        "`verify_log`": "breaks" if day.proof else "passes",
        "told that something had moved, and looked again": f"{sum(day.ledger.moved.values()):,}",
        "requests": f"{tally.count:,}",
        "a second; in the busiest 10 s": f"{tally.count / (meter.seconds or 1):,.0f}; {busiest:,.0f}",
        "slowest page, p95": f"{slowest:,.0f} ms ({page})",
        "signing in with a password, p95": f"{tally.typical(SIGN_IN, 0.95, PARTS):,.0f} ms",
        "of all processors": ", ".join(f"{who} {share:.0%}" for who, share in meter.shares().items()),
        "servers’ memory at most": f"{meter.rss / 2**20:,.0f} MiB",
    }
    for name, rates in day.rates.items():
        told = f"{median(rates):,.0f} a second" + ("" if name == BARE else f" = {ratio(day.rates, name):.2f}")
        rows[f"closed loop: {name}"] = told
    if bare := day.rates.get(BARE):
        rows["the day’s busiest 10 s, of the bare view"] = f"{busiest / median(bare):.2f}"
    rows["measured on"] = when_and_where()
    return rows


def troubles(day: Day) -> list[str]:
    """What went wrong, for people to read."""
    return [
        *(f"ERROR, {count} times: {what}" for what, count in day.tally.errors.most_common()),
        *(f"LOGGED: {line}" for line in day.complaints[:20]),
        *(f"LOST: {line}" for line in day.lost[:20]),
        *([f"verify_log: {day.proof}"] if day.proof else []),
    ]
