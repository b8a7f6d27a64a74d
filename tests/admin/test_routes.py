from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from committees.models import Candidate, User
from tests.access.table import ROLES as OTHERS
from tests.access.targets import ASIDE, Targets, answer, client_of
from tests.admin.addresses import EVERY, MODELS, address, shown
from tests.admin.table import ROLES, ROWS
from tests.snapshot import writes

FORMS = {
    "user_change": {"username": "nina", "name": "Nina Berg", "is_active": "on"},
    "user_password_change": {"password1": "Kq8-wolf-tree", "password2": "Kq8-wolf-tree"},
    "part_password_change": {"password1": "Kq8-wolf-tree", "password2": "Kq8-wolf-tree"},
    "staff_change": {"username": "clerk", "is_staff": "on", "is_active": "on"},
    "staff_password_change": {"password1": "Kq8-wolf-tree", "password2": "Kq8-wolf-tree"},
}
PEOPLE = {"user": "nina", "part": "kari", "staff": "clerk"}


def form_of(name: str) -> dict[str, str]:
    """Return the form fields of the row of this name."""
    if name == "hand_over_exams":
        return {"person": str(User.objects.get(username="pia").pk)}
    form = FORMS.get(name, {})
    return form | shown(User.objects.get(username=form["username"])) if "username" in form else form


def addresses(targets: Targets, name: str) -> list[str]:
    """Return the addresses of a row of the table; for a row about all read-only models, one per model."""
    kind, _dash, act = name.partition("_")
    if kind == "view" and act != "on_site":
        return [address(model, act) for model in MODELS]
    if kind in PEOPLE:
        return [address(User, act, User.objects.get(username=PEOPLE[kind]).pk)]
    if name == "nowhere":
        return ["/admin/nowhere/"]
    type_of = ContentType.objects.get_for_model(Candidate).pk
    arguments: dict[str, list[Any]] = {
        "app_list": ["committees"],
        "hand_over_exams": [targets.planner.pk],
        "view_on_site": [type_of, targets.candidates[0].pk],
    }
    return [reverse(f"admin:{name}", args=arguments.get(name, []))]


@pytest.mark.parametrize("role", ["nobody", "kari", "clerk", "deputy", "admin"])
def test_routes_answer_role_classes_as_in_the_table(targets: Targets, role: str) -> None:
    """A row about all read-only models is tested with one of them, another one in each row."""
    assert differing_rows(targets, role, each=False) == set()


@pytest.mark.slow
@pytest.mark.db_independent
@pytest.mark.parametrize("role", [*OTHERS, "clerk", "deputy"])
def test_routes_answer_as_in_the_table(targets: Targets, role: str) -> None:
    assert differing_rows(targets, role, each=True) == set()


def differing_rows(targets: Targets, role: str, *, each: bool) -> set[tuple[object, ...]]:
    """Request the rows, about each model or one, and return those with another response or with forbidden writes."""
    column = ROLES.index(role if role in ROLES else "others")
    differing: set[tuple[object, ...]] = set()
    cookies = client_of(role).cookies
    for turn, (name, how, *expected) in enumerate(ROWS):
        urls = addresses(targets, name)
        for url in urls if each else urls[turn % len(urls) :][:1]:
            client, savepoint = Client(), transaction.savepoint()
            client.cookies = deepcopy(cookies)
            with writes(but=ASIDE) as written:
                found = answer(client, how, url, form_of(name))
            transaction.savepoint_rollback(savepoint)
            if found != expected[column] or (written and found in ("adm", "403", "404", "405")):
                differing.add((name, how, url, found, tuple(written)))
    return differing


def test_get_requests_write_nothing(targets: Targets) -> None:
    client, codes = client_of("admin"), set()
    with writes(but=ASIDE) as written:
        for url in {url for name, *_row in ROWS for url in addresses(targets, name)}:
            codes |= {client.get(url).status_code, client.get(f"{url}?o=1&q=x&_popup=1").status_code}
    assert codes <= {200, 302, 403, 404, 405}
    assert (written, 200 in codes) == ([], True)


def names_of_admin() -> Iterator[str]:
    resolvers = [one for one in get_resolver().url_patterns if isinstance(one, URLResolver)]
    for pattern in leaves(next(one for one in resolvers if one.namespace == "admin")):
        yield str(pattern.name)


def leaves(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from leaves(one)
        else:
            yield one


def test_every_route_has_a_row_for_get_and_post() -> None:
    of_models = {
        f"{model._meta.app_label}_{model._meta.model_name}_{act}"
        for model in EVERY
        for act in ("changelist", "add", "change", "delete", "history")
    } | {"auth_user_password_change"}
    # The catch-all, here `nowhere`, and the former addresses of rows have no name; `login` is `admin-door`.
    alone = set(names_of_admin()) - of_models - {"None", "login"}
    rows = {(name, how) for name, how, *_expected in ROWS}
    kinds = {f"{kind}_{act}" for kind in ("view", "user") for act in ("changelist", "add", "change")}
    kinds |= {f"{kind}_{act}" for kind in ("view", "user") for act in ("delete", "history")}
    kinds |= {f"{kind}_password_change" for kind in PEOPLE} | {"staff_change", "view_old", "nowhere"}
    assert rows == {(name, how) for name in alone | kinds for how in ("GET", "POST")}
    assert of_models <= set(names_of_admin())


HOSTILE = [
    "?q=%00",
    "?p=x",
    "?p=999",
    "?e=1",
    "?o=1.2.3",
    "?all=1",
    "?password__startswith=m",
    "?x__y=1",
    "?_popup=1",
]


@pytest.mark.parametrize("tail", HOSTILE)
def test_invalid_parameters_of_a_list_are_harmless(targets: Targets, tail: str) -> None:
    support, codes = client_of("admin"), set()
    with writes(but=ASIDE) as written:
        for model in EVERY:
            codes.add(support.get(address(model, "changelist") + tail).status_code)
    assert (codes - {200, 302, 400}, written) == (set(), [])


@pytest.mark.parametrize("pk", ["0", "-1", "9" * 30, "x", "1e3", "_00"])
def test_missing_row_redirects_to_the_index(targets: Targets, pk: str) -> None:
    support, codes = client_of("admin"), set()
    for model in EVERY:
        for act in ("change", "history"):
            codes.add(support.get(address(model, act, pk)).status_code)
    assert codes <= {302, 404}


@pytest.mark.parametrize(
    "method",
    [
        "HEAD",
        "PUT",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("OPTIONS", "PATCH", "DELETE", "TRACE")),
    ],
)
def test_only_post_writes(targets: Targets, method: str) -> None:
    support, codes = client_of("admin"), set()
    urls = {url for name, _how, *_expected in ROWS for url in addresses(targets, name)}
    with writes(but=ASIDE) as written:
        for url in sorted(urls):
            codes.add(support.generic(method, url).status_code)
    assert (written, {code for code in codes if code >= 500}) == ([], set())
