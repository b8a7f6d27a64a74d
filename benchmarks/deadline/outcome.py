"""Results of deadline days: one file per setup, and a page with all of them."""

import json
from pathlib import Path
from statistics import median
from typing import TypedDict

from benchmarks.deadline.acts import LABELS
from benchmarks.deadline.day import Day
from benchmarks.deadline.loops import BARE, ratio
from benchmarks.report import table, when_and_where, write_results

KEPT_IN = Path(__file__).resolve().parents[2] / "build" / "bench"
SIGN_IN = "POST /sign-in/"
PARTS = 5
"""Number of equal parts of a day; a time in the tables is the median of its values in the parts."""


class Kept(TypedDict):
    """Results of one setup: name, figures by label, and the table of pages."""

    name: str
    rows: dict[str, str]
    pages: str


def name_of(day: Day) -> str:
    database = "PostgreSQL" if day.on_postgres else "SQLite"
    return database if day.plan.servers == 1 else f"{database}, {day.plan.servers} servers behind nginx"


def write(day: Day) -> None:
    """Store the results of `day`, and write the page from all stored results."""
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    kind = "postgres" if day.on_postgres else "sqlite"
    kept = Kept(name=name_of(day), rows=rows_of(day), pages=day.tally.table(PARTS))
    Path(KEPT_IN, f"deadline-{kind}-{day.plan.servers}.json").write_text(json.dumps(kept, indent=1))
    found: list[Kept] = [json.loads(file.read_text()) for file in sorted(KEPT_IN.glob("deadline-*.json"))]
    labels = list(dict.fromkeys(label for result in found for label in result["rows"]))
    head = ["", *(result["name"] for result in found)]
    summary = table(head, [[label, *(result["rows"].get(label, "") for result in found)] for label in labels])
    write_results("deadline", "Deadline day", summary, *map(_details, found), dated=True)


def _details(kept: Kept) -> str:
    return f"<details><summary>{kept['name']}, page by page</summary>\n\n{kept['pages']}\n\n</details>"


def rows_of(day: Day) -> dict[str, str]:
    """Return the figures by their labels in the table."""
    plan, tally, meter, counts = day.plan, day.tally, day.meter, day.ledger.counts()
    busiest = tally.busiest()
    slowest, page = tally.slowest(leaving_out=SIGN_IN, parts=PARTS)
    missed = len(day.lost)
    rows = {
        "graders; arrived within": f"{plan.graders:,}; {plan.within + plan.apart:,.0f} s",
        "paused between steps": f"{plan.pause[0]:g}–{plan.pause[1]:g} s",
        "app servers": f"{plan.servers} with {plan.workers // plan.servers} workers of {plan.threads} threads",
        "finished": f"{tally.finished:,}, after {meter.seconds:,.0f} s",
        "errors": f"{sum(tally.errors.values()) + len(day.logged_errors):,}",
        **{f"acknowledged {label}": f"{counts[action]:,}" for action, label in LABELS.items()},
        "acknowledged acts missing or different in the log": f"{missed:,}",
        "`verify_log`": "fails" if day.proof else "passes",
        "conflicts, repeated with the new state": f"{sum(day.ledger.moved.values()):,}",
        "requests": f"{tally.count:,}",
        "per second; in the busiest 10 s": f"{tally.count / (meter.seconds or 1):,.0f}; {busiest:,.0f}",
        "slowest page, p95": f"{slowest:,.0f} ms ({page})",
        "signing in with a password, p95": f"{tally.typical(SIGN_IN, 0.95, PARTS):,.0f} ms",
        "share of all processors": ", ".join(f"{who} {share:.0%}" for who, share in meter.shares().items()),
        "maximum memory of the servers": f"{meter.rss / 2**20:,.0f} MiB",
    }
    for name, rates in day.rates.items():
        rate = f"{median(rates):,.0f} a second" + ("" if name == BARE else f" = {ratio(day.rates, name):.2f}")
        rows[f"closed loop: {name}"] = rate
    if bare := day.rates.get(BARE):
        rows["busiest 10 s ÷ the bare view"] = f"{busiest / median(bare):.2f}"
    rows["measured on"] = when_and_where()
    return rows


def troubles(day: Day) -> list[str]:
    """Return a line per error."""
    return [
        *(f"ERROR, {count} times: {what}" for what, count in day.tally.errors.most_common()),
        *(f"LOGGED: {line}" for line in day.logged_errors[:20]),
        *(f"LOST: {line}" for line in day.lost[:20]),
        *([f"verify_log: {day.proof}"] if day.proof else []),
    ]
