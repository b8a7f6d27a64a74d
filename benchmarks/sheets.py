"""Uploads and downloads of 30, 1,000 and 10,000 rows on both kinds of database: `python -m benchmarks.sheets`."""

import argparse
import json
import subprocess
from typing import Any

from benchmarks.base import POSTGRESQL, SQLITE, register, with_django
from benchmarks.report import table, write_results

UPLOADS = (
    "database, rows, case",
    "upload ms",
    "÷ floor",
    "÷ floor with the log entry",
    "import-export ÷ upload",
    "at its best ÷ upload",
    "whole request ms",
    "floor ms",
    "import-export ms",
    "at its best ms",
    "queries",
    "import-export’s",
    "at its best",
    "memory MB",
)
LOCKS = ("database, candidates", "a click ms", "clicks a second", "a confirmation ms", "an upload of all ms")
DOWNLOADS = ("database, rows", "download ms", "÷ openpyxl", "openpyxl ms", "queries")


def measured(kind: str, arguments: list[str]) -> list[dict[str, Any]]:
    """Run every case in a new register on this kind of database."""
    with register(kind) as environment:
        command = with_django("benchmarks.sheet_cases", *arguments)
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)  # our own
    return [json.loads(line) for line in answer.stdout.splitlines()]


def upload_row(kind: str, case: dict[str, Any]) -> list[str]:
    ms, queries = case["ms"], case["queries"]
    ours, usual, best = ms["ours"], ms.get("usual"), ms.get("best")
    return [
        f"{kind}, {case['size']:,}, {case['what']}",
        figure(ours),
        f"**{ours / ms['floor']:.1f}**",
        f"{ours / ms['explained']:.1f}",
        f"**{usual / ours:,.0f}**" if usual else "",
        f"**{best / ours:.1f}**" if best else "",
        figure(ms["whole"]),
        figure(ms["floor"]),
        figure(usual) if usual else "",
        figure(best) if best else "",
        str(queries["ours"]),
        f"{queries['usual']:,}" if usual else "",
        f"{queries['best']:,}" if best else "",
        figure(case["memory"]),
    ]


def download_row(kind: str, case: dict[str, Any]) -> list[str]:
    ours, theirs = case["ms"]["ours"], case["ms"]["openpyxl"]
    return [
        f"{kind}, {case['size']:,}",
        figure(ours),
        f"**{ours / theirs:.2f}**",
        figure(theirs),
        str(case["queries"]["ours"]),
    ]


def lock_row(kind: str, case: dict[str, Any]) -> list[str]:
    ms = case["ms"]
    return [
        f"{kind}, {case['size']:,}",
        figure(ms["click"]),
        f"{1000 / ms['click']:,.0f}",
        figure(ms["confirmation"]),
        figure(ms["upload"]),
    ]


TABLES = {"upload": (UPLOADS, upload_row), "download": (DOWNLOADS, download_row), "lock": (LOCKS, lock_row)}


def figure(ms: float) -> str:
    return f"{ms:,.1f}" if ms < 100 else f"{ms:,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each case, after one that warms up")
    parser.add_argument("--sizes", type=int, nargs="+", default=[30, 1_000, 10_000])
    parser.add_argument(
        "--usual-up-to", type=int, default=1_000, help="most rows for import-export with its defaults"
    )
    options = parser.parse_args()
    arguments = ["--runs", str(options.runs), "--sizes", *map(str, options.sizes)]
    arguments += ["--usual-up-to", str(options.usual_up_to)]
    cases = [(kind, case) for kind in (POSTGRESQL, SQLITE) for case in measured(kind, arguments)]
    rows: dict[str, list[list[str]]] = {about: [] for about in TABLES}
    for kind, case in cases:
        rows[case["about"]].append(TABLES[case["about"]][1](kind, case))
    tables = (table(head, rows[about]) for about, (head, _row) in TABLES.items())
    write_results("sheets", "Uploads and downloads", *tables)


if __name__ == "__main__":
    main()
