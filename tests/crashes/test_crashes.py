"""
`kill -9` of the real server at random moments while five clients write. KILLS=100 is the long form.

The counts are written to build/trust/crashes-<database>.md.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from tests.browser.demo_site import ROOT, Site, SiteTemplate
from tests.crashes.acts import Answer, Diary, write_diaries
from tests.crashes.clients import CircleClient, Client, GraderClient, PlannerClient

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "3"))
KILLS_OF_A_WORLD = 25
"""Kills per database: the longer the log, the longer the check."""
MOST_ANSWERS, PAUSE = 40, 0.1
"""The most responses and seconds before a kill."""
TABLE = Path("build/trust")
COLUMNS = ("sent", "acknowledged", "refused", "whole", "absent", "resumable", "half", "lost")


@pytest.fixture(scope="module")
def site_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteTemplate]:
    folder = tmp_path_factory.mktemp("crashes") / "site_template"
    folder.mkdir()
    url = os.environ.get("DATABASE_URL", "")
    site_template = SiteTemplate(folder, url if url.startswith("postgres") else None, "crashes")
    yield site_template
    site_template.end()


def test_killed_server_keeps_acknowledged_acts_only_whole(
    site_template: SiteTemplate, tmp_path: Path
) -> None:
    random, counts, wrong = Random(), Counter[str](), list[str]()
    kills = 0
    while kills < KILLS:
        here = min(KILLS_OF_A_WORLD, KILLS - kills)
        with site_template.site(UPLOAD_RATE="100000/m", READING_PROCESS="1") as site:
            found = kill_often(site, here, random, tmp_path / "diaries.json")
            assert manage(site, "verify_log").returncode == 0
        kills += here
        counts.update({name: len(n) if isinstance(n, list) else n for name, n in found.items()})
        wrong += found["half"] + found["lost"]
        write_table("postgresql" if site_template.postgres else "sqlite", kills, counts)
    assert wrong == []
    assert counts["acknowledged"] > 0
    assert counts["whole"] + counts["absent"] + counts["resumable"] > 0


def kill_often(site: Site, kills: int, random: Random, diaries: Path) -> dict[str, Any]:
    """Serve, let clients write, kill and check, `kills` times. Return the last finding, which covers everything."""
    site.start(workers=2)
    clients = people(site, random)
    found: dict[str, Any] = {}
    for _kill in range(kills):
        if site.server is None:
            site.start(workers=2)
        threads = [threading.Thread(target=client.work) for client in clients]
        for thread in threads:
            thread.start()
        wait_for_answers(clients, random.randint(1, MOST_ANSWERS))
        time.sleep(random.uniform(0, PAUSE))
        site.kill()
        for thread in threads:
            thread.join(timeout=90)
        assert not any(thread.is_alive() for thread in threads)
        assert [error for client in clients for error in client.errors] == []
        wait_for_the_database(site)
        write_diaries([client.diary for client in clients], diaries)
        found = check_database(site, str(diaries))
        if found["half"] or found["lost"]:
            break
    return found


def wait_for_answers(clients: list[Client], count: int) -> None:
    """Wait until the server has answered `count` more acts."""

    def answered() -> int:
        return sum(act.answer != Answer.NONE for client in clients for act in client.diary.acts)

    before, end = answered(), time.monotonic() + 30
    while answered() < before + count:
        assert time.monotonic() < end, "the server is stuck"
        time.sleep(0.002)


def people(site: Site, random: Random) -> list[Client]:
    where = check_database(site, "--where")
    exam, circle = where["TDT4100"], where["LUP1001"]
    one, two = exam["committees"]["1"], exam["committees"]["2"]

    def among(*numbers: int) -> dict[str, int]:
        return {str(number): exam["candidates"][str(number)] for number in numbers}

    def beginning(course: str, person: str) -> tuple[int, Diary, int]:
        return site.port, Diary(course, person, where[course]["log"][""]), random.getrandbits(32)

    return [
        GraderClient(*beginning("TDT4100", "kari"), pk=one, candidates=among(10001, 10003, 10005, 10007)),
        GraderClient(*beginning("TDT4100", "ola"), pk=one, candidates=among(10002, 10004, 10006, 10008)),
        GraderClient(*beginning("TDT4100", "ingrid"), pk=two, candidates=among(10013, 10014, 10015, 10016)),
        PlannerClient(
            *beginning("TDT4100", "per"),
            exam_pk=exam["exam"][""],
            committees=[one, two],
            candidates=among(10011, 10012, 10019, 10020),
        ),
        CircleClient(
            *beginning("LUP1001", ""),
            exam_pk=circle["exam"][""],
            pk=circle["committees"]["1"],
            candidates=circle["candidates"],
        ),
    ]


def wait_for_the_database(site: Site) -> None:
    """Wait until PostgreSQL has ended the transactions of killed clients."""
    url = site.environment.get("DATABASE_URL")
    if url is None:
        return
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        for _attempt in range(1000):
            row = connection.execute(query).fetchone()
            if row == (0,):
                return
            time.sleep(0.01)
    raise TimeoutError("somebody else is connected")


def check_database(site: Site, what: str) -> dict[str, Any]:
    """Run `tests.crashes.check` on the site's database and return its finding."""
    command = [sys.executable, "-m", "tests.crashes.check", what]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def manage(site: Site, *command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=site.environment)


def write_table(database: str, kills: int, counts: Counter[str]) -> None:
    TABLE.mkdir(parents=True, exist_ok=True)
    head = (
        "| kills | acts sent | acknowledged | refused | unacknowledged found whole | unacknowledged absent "
        "| transfers left to be sent again | half | lost |\n" + "|--:" * 9 + "|\n"
    )
    row = "| " + " | ".join(str(one) for one in (kills, *(counts[name] for name in COLUMNS))) + " |\n"
    (TABLE / f"crashes-{database}.md").write_text(head + row)
