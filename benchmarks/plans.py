"""Indexes and sequential scans in PostgreSQL's plans of queries."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

LARGE = 5_000
"""Number of rows from which a sequential scan is reported."""


def ways(queries: Iterable[str]) -> tuple[str, str]:
    """Return the indexes that these queries use, and the large tables that they scan."""
    indexes: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for sql in queries:
        if not sql.startswith("SELECT"):
            continue
        for node in _nodes(sql):
            if "Index Name" in node:
                indexes[node["Index Name"]] += 1
            elif node["Node Type"] == "Seq Scan" and _rows(node["Relation Name"]) > LARGE:
                whole[node["Relation Name"]] += 1
    return _listed(indexes), _listed(whole)


def _listed(names: Counter[str]) -> str:
    each = (f"`{name}` ×{count}" if count > 1 else f"`{name}`" for name, count in sorted(names.items()))
    return ", ".join(each) or "none"


def _nodes(sql: str) -> Iterator[dict[str, Any]]:
    """Yield every node of a query's plan."""
    with connection.cursor() as cursor:
        # Without a second argument, % in the query is not read as a placeholder.
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (answer,) = cursor.fetchone() or ([],)
    rest = [entry["Plan"] for entry in (json.loads(answer) if isinstance(answer, str) else answer)]
    while rest:
        node = rest.pop()
        rest += node.get("Plans", [])
        yield node


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int((cursor.fetchone() or (0,))[0])
