import subprocess
import sys
from collections.abc import Iterator
from itertools import product

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.table import PLACES, ROLES, ROWS, expected, represented
from tests.access.targets import Targets, answers, client_of, differing_rows, numbers_of
from tests.admin.table import ROWS as ROWS_OF_ADMIN


@pytest.mark.parametrize("role", ROLES)
def test_routes_answer_role_classes_as_in_the_table(targets: Targets, role: str) -> None:
    """Of the roles with the same response in a row, one is tested."""
    rows = represented(role)
    found = answers(targets, client_of(role), rows)
    assert differing_rows(found, {(route, how): row[ROLES.index(role)] for route, how, *row in rows}) == {}


@pytest.mark.slow
@pytest.mark.db_independent  # PostgreSQL has the shorter table above
@pytest.mark.parametrize(
    ("targets", "place", "role"),
    [(place, place, role) for place in PLACES for role in PLACES[place] or ROLES],
    indirect=["targets"],
)
def test_routes_answer_roles_as_in_the_table(targets: Targets, place: str, role: str) -> None:
    """Every role at the first place, and at the others those that are somebody else there."""
    found = answers(targets, client_of(role))
    wanted = {(route, how): expected(row, place)[role] for route, how, *row in ROWS}
    assert differing_rows(found, wanted) == {}


def names_in(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_in(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_route_has_a_row_for_get_and_post() -> None:
    routes = {name for name in names_in(get_resolver().url_patterns) if not name.startswith("admin:")}
    wanted = {(name, how) for name in routes | {"admin:index"} for how in ("GET", "POST")}
    assert {(route, how) for route, how, *_found in ROWS if how != "bad"} == wanted


def test_rows_are_unique() -> None:
    keys = [(route, how) for route, how, *_expected in ROWS]
    assert sorted(keys) == sorted(set(keys))


def test_tables_are_printed_whole() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tests.access"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    )
    found = [
        line.strip("| ").split(" | ")
        for line in printed.stdout.splitlines()
        if line.startswith("| ") and not line.startswith("| *")
    ]
    assert [row for row in found if row[0] != "route"] == ROWS + ROWS_OF_ADMIN
    assert [row[2] for row in found if row[0] == "route"] == ["nobody signed in", "nobody"]


# Numbers that nothing has

UNKNOWN = ["0", "-1", str(2**31), str(2**63 - 1), "99999999999999999999"]
TOO_LARGE = [str(2**63), "9" * 5000]
"""Numbers that neither a database nor `int` takes."""


def test_unknown_number_is_404(targets: Targets) -> None:
    """Each row gets the two numbers that are too large, and the others in turn."""
    found, clients = set(), {role: client_of(role) for role in ("kari", "per", "nina")}
    for turn, (route, how, *row) in enumerate(ROWS):
        own, answers = numbers_of(targets, route), dict(zip(ROLES, row, strict=True))
        allowed = [role for role in clients if answers[role] < "400" or answers[role] == "409"]
        numbers = [*TOO_LARGE, UNKNOWN[turn % len(UNKNOWN)]] if own and how in ("GET", "POST") else []
        for role, number in product(allowed[:1], numbers):
            url = reverse(route, args=[777777, *own[1:]]).replace("777777", number)
            response = clients[role].get(url) if how == "GET" else clients[role].post(url)
            found.add((route, how, response.status_code))
    assert {one for one in found if one[2] != 404} == set()
    assert {one[0] for one in found} == {row[0] for row in ROWS if numbers_of(targets, row[0])}


@pytest.mark.parametrize("row", ["0", "1", "4", "99999999999999999999"])
@pytest.mark.parametrize("route", ["accept-row", "restore-replaced"])
def test_row_of_another_upload_changes_nothing(targets: Targets, route: str, row: str) -> None:
    response = client_of("kari").post(reverse(route, args=[targets.upload.pk, row]))
    assert response.status_code == 409
    targets.upload.refresh_from_db()
    assert [one.resolution for one in targets.upload.rows] == ["", "", ""]
