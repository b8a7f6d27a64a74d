"""The first people of an empty register, planners in bulk, and the start page of support."""

from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client

from committees.models import User
from gradereg.sign_in.first_people import setup_token
from tests.views.html import page_of

SUPPORT = {"support_name": "Siv", "support_email": "siv@example.org", "support_feide_name": ""}
PLANNER = {"planner_name": "Per", "planner_email": "", "planner_feide_name": "per@ntnu.no"}


def test_setup_makes_support_and_planner(db: None) -> None:
    call_command("setup", **SUPPORT, **PLANNER, stdout=StringIO())
    siv, per = User.objects.order_by("pk")
    assert (siv.is_superuser, siv.is_planner, siv.signs_in_by_code) == (True, False, True)
    assert (per.is_superuser, per.is_planner, per.feide_name) == (False, True, "per@ntnu.no")
    with pytest.raises(CommandError):
        call_command("setup", **SUPPORT, **PLANNER, stdout=StringIO())


def test_one_person_can_be_both(db: None) -> None:
    same = {name.replace("support", "planner"): value for name, value in SUPPORT.items()}
    call_command("setup", **SUPPORT, **same, stdout=StringIO())
    siv = User.objects.get()
    assert (siv.is_superuser, siv.is_planner) == (True, True)


def test_setup_needs_a_way_to_sign_in(db: None, settings: Any) -> None:
    settings.LOGIN_BY_CODE = False
    with pytest.raises(CommandError):
        call_command("setup", **SUPPORT, **PLANNER, stdout=StringIO())
    assert User.objects.count() == 0


def test_page_is_shown_once_and_to_the_machine_itself(client: Client, db: None) -> None:
    assert "/setup/" in client.get("/sign-in/").content.decode()
    assert client.post("/setup/", {**SUPPORT, "planner_name": ""}).status_code == 422
    assert client.post("/setup/", SUPPORT | PLANNER).headers["Location"] == "/sign-in/code/"
    assert (User.objects.count(), client.get("/setup/").status_code) == (2, 404)
    assert "/setup/" not in client.get("/sign-in/").content.decode()


def test_from_elsewhere_the_page_needs_the_printed_token(client: Client, db: None) -> None:
    out = StringIO()
    call_command("setup", link=True, stdout=out)
    query = out.getvalue().split()[0].partition("?")[2]
    found = [
        client.get(f"/setup/?{part}", REMOTE_ADDR="192.0.2.7").status_code for part in ("", "token=x", query)
    ]
    assert found == [404, 404, 200]
    form = SUPPORT | PLANNER | {"token": setup_token()}
    assert client.post("/setup/", form, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_behind_a_proxy_nobody_is_the_machine_itself(client: Client, db: None, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    assert client.get("/setup/", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 404


def planners_of(tmp_path: Path, text: str) -> str:
    file, out = tmp_path / "planners.csv", StringIO()
    file.write_text(text)
    call_command("add_planners", str(file), stdout=out)
    return out.getvalue()


def test_planners_are_added_in_bulk(db: None, tmp_path: Path) -> None:
    User.objects.create_user("kari", feide_name="kari@ntnu.no")
    lines = "name;email;feide_name\nKari;;kari@ntnu.no\nPer;per@ntnu.no;per\nGro;gro@example.org;\n"
    assert planners_of(tmp_path, lines).startswith("2 new planners, 1 ")
    found = User.objects.filter(is_planner=True).order_by("pk").values_list("feide_name", "email")
    assert list(found) == [("kari@ntnu.no", ""), ("per@ntnu.no", "per@ntnu.no"), (None, "gro@example.org")]


def test_new_planners_are_mailed_how_to_sign_in(
    db: None, tmp_path: Path, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.FEIDE = True
    User.objects.create_user("ola", feide_name="ola@ntnu.no", email="ola@ntnu.no", is_planner=True)
    lines = "name;email;feide_name\nOla;;ola\nPer;per@ntnu.no;per\nGro;gro@example.org;\nLiv;;liv\n"
    assert planners_of(tmp_path, lines).splitlines()[1:] == ["Liv has no e-mail address and was not mailed."]
    ways = [(one.to, "Feide as per@ntnu.no" in one.body, "/sign-in/code/" in one.body) for one in mailoutbox]
    assert ways == [(["per@ntnu.no"], True, False), (["gro@example.org"], False, True)]


def test_planners_stay_when_their_mail_fails(
    db: None, tmp_path: Path, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(EmailMessage, "send", Mock(side_effect=ConnectionRefusedError("no server")))
    planners_of(tmp_path, "name;email\nPer;per@example.org\n")
    assert "could not be mailed: no server" in capsys.readouterr().err
    assert (User.objects.get().is_planner, mailoutbox) == (True, [])


@pytest.mark.parametrize(
    "lines",
    [
        "Per;per@ntnu.no;\n",
        "name;email\nPer;per@ntnu.no\nGro;nowhere\n",
        "name;email\nPer;per@ntnu.no\nGro;\n",
        "name;feide_name\nPer;per\nGro;two words\n",
    ],
)
def test_file_with_a_problem_adds_nobody(db: None, tmp_path: Path, lines: str) -> None:
    with pytest.raises(CommandError):
        planners_of(tmp_path, lines)
    assert User.objects.count() == 0


def test_demo_is_refused_in_production(db: None, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("seed_demo", stdout=StringIO())
    assert User.objects.count() == 0


def test_support_begins_at_its_own_page(client: Client, db: None) -> None:
    client.force_login(User.objects.create_superuser("siv"))
    assert client.get("/").headers["Location"] == "/support/"
    assert page_of(client.get("/support/")).texts("h2") == ["People", "Sign-in and mail"]
