"""How PostgreSQL finds the rows that queries ask for: by which index, or by reading a table from beginning to end."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

LARGE = 5_000
"""Rows of a table that nobody should have to read whole."""


def ways(queries: Iterable[str]) -> tuple[str, str]:
    """The indexes that these queries go by, and the large tables that they read whole."""
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
    return _told(indexes), _told(whole)


def _told(names: Counter[str]) -> str:
    each = (f"`{name}` ×{count}" if count > 1 else f"`{name}`" for name, count in sorted(names.items()))
    return ", ".join(each) or "none"


def _nodes(sql: str) -> Iterator[dict[str, Any]]:
    """Every node of the plan of a query."""
    with connection.cursor() as cursor:
        # Without parameters nothing in it is taken for the mark of one.
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (answer,) = cursor.fetchone() or ([],)
    rest = [one["Plan"] for one in (json.loads(answer) if isinstance(answer, str) else answer)]
    while rest:
        node = rest.pop()
        rest += node.get("Plans", [])
        yield node


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int((cursor.fetchone() or (0,))[0])
