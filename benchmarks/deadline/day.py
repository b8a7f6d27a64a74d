"""Deadline day, from an empty database to the verification of its log."""

import asyncio
import contextlib
import resource
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Never

from tqdm import tqdm

from benchmarks.deadline.acts import Ledger
from benchmarks.deadline.graders import Grader, Hurried
from benchmarks.deadline.loops import Rates, measure_loops
from benchmarks.deadline.people import SEATS, chance
from benchmarks.deadline.plan import Plan
from benchmarks.deadline.serving import Fleet, fleet
from tests.load.browser import UnexpectedPage
from tests.load.figures import Meter, Tally
from tests.site.server import database, environment, manage

LONG = 3600.0


@dataclass
class Day:
    """Results. `lost`: differences between acknowledged acts and the register; `proof`: errors of verify_log."""

    plan: Plan
    on_postgres: bool
    meter: Meter
    tally: Tally = field(default_factory=Tally)
    ledger: Ledger = field(default_factory=Ledger)
    rates: Rates = field(default_factory=dict)
    logged_errors: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    proof: str = ""

    @property
    def is_good(self) -> bool:
        wrong = self.tally.errors or self.logged_errors or self.lost or self.proof
        return not wrong and self.tally.finished == self.plan.graders


def live_through(plan: Plan) -> Day:
    """Create the data, serve the site, let all graders work, and compare the log."""
    with TemporaryDirectory() as name, database() as kind:
        folder = Path(name)
        settings = environment(folder, **kind)
        everybody = plan.graders + plan.hurried
        _manage(settings, "migrate")
        _manage(settings, "collectstatic", "--noinput")
        code = f"from benchmarks.deadline.demo_data import create; create({everybody})"
        _manage(settings, "shell", "-c", code)
        bare = settings | {"DJANGO_SETTINGS_MODULE": "benchmarks.deadline.bare_settings"}
        with _fleet(settings, folder / "site", plan) as site, _fleet(bare, folder / "bare", plan) as other:
            day = Day(plan, bool(kind), Meter(site.masters, kind.get("DATABASE_URL")))
            asyncio.run(_live(day, site, other))
            day.logged_errors = site.logged_errors()
        file = folder / "register.json"
        code = f"from benchmarks.deadline.demo_data import export; export({str(file)!r})"
        _manage(settings, "shell", "-c", code)
        day.lost = day.ledger.differences(file)
        proof = manage(settings, "verify_log", seconds=LONG)
        day.proof = (proof.stdout + proof.stderr).strip() if proof.returncode else ""
        return day


def _manage(settings: dict[str, str], *command: str) -> None:
    done = manage(settings, *command, seconds=LONG)
    if done.returncode:
        raise RuntimeError(done.stderr)


def _fleet(settings: dict[str, str], folder: Path, plan: Plan) -> contextlib.AbstractContextManager[Fleet]:
    workers = plan.workers // plan.servers
    return fleet(settings, folder, servers=plan.servers, workers=workers, threads=plan.threads)


async def _live(day: Day, site: Fleet, bare: Fleet) -> None:
    plan, meter = day.plan, asyncio.create_task(day.meter.watch())
    bar = tqdm(total=plan.graders, unit=" graders", disable=None)
    try:
        async with asyncio.timeout(plan.minutes * 60):
            await asyncio.gather(*(_attend(day, site, bar, number) for number in range(plan.graders)))
    except TimeoutError:
        day.tally.errors[f"not all graders finished within {plan.minutes:g} minutes"] += 1
    bar.close()
    day.meter.look()
    meter.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await meter
    # A person who gives up is already counted as an error.
    with contextlib.suppress(UnexpectedPage):
        await _hurry(day, site, bare)


async def _attend(day: Day, site: Fleet, bar: "tqdm[Never]", number: int) -> None:
    plan, committee = day.plan, chance(day.plan.seed, "committee", number // SEATS)
    random = chance(plan.seed, number)
    grader = Grader(site.port, day.tally, day.ledger, number, random, plan.pause)
    await asyncio.sleep(committee.uniform(0, plan.within) + random.uniform(0, plan.apart))
    await grader.work()
    bar.update()


async def _hurry(day: Day, site: Fleet, bare: Fleet) -> None:
    """Run the closed loops after the day, with separate committees and without pauses."""
    plan, tally = day.plan, Tally(errors=day.tally.errors)
    people = []
    for number in range(plan.graders, plan.graders + plan.hurried):
        person = Hurried(site.port, tally, day.ledger, number, chance(plan.seed, number), (0, 0))
        await person.sign_in()
        await person.open_window()
        person.asks = round(day.tally.polls / plan.graders)
        people.append(person)
    day.rates = await measure_loops(people, bare.port, rounds=plan.rounds, seconds=plan.loop)


def allow_connections() -> None:
    """Raise the limit of open files, so that all graders can be connected at once."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard < 65_536 and hard > 0 else 65_536, hard))
