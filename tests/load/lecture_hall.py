"""
A lecture hall over HTTP: `python -m tests.load.lecture_hall --trainees 300 --join-within 120`.

Creates a demo site (SQLite, or PostgreSQL if DATABASE_URL names it), serves it with gunicorn as in
docs/guides/running.md, opens a training session, and lets every trainee join and complete the first scenario with
human pauses, while open pages poll. Prints the results and keeps them in build/load/. Exits with 1 if anything went
wrong or somebody did not finish.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.browser.demo_site import ROOT, Site, SiteTemplate, wait_for
from tests.load.figures import Meter, Tally, logged_errors, machine
from tests.load.hall import Trainee, Trainer

KEPT_IN = Path("build/load")


@dataclass(frozen=True)
class Plan:
    """
    Number of trainees and the seconds within which they join; pauses between steps and stay at the end, in seconds;
    options of the server.
    """

    trainees: int = 300
    join_within: float = 120.0
    pause: tuple[float, float] = (3.0, 12.0)
    stay: float = 30.0
    minutes: float = 15.0
    workers: int = 3
    threads: int = 4
    seed: int = 1


@dataclass
class Outcome:
    plan: Plan
    database: str
    tally: Tally
    meter: Meter
    logged_errors: list[str]

    @property
    def is_good(self) -> bool:
        return not self.tally.errors and not self.logged_errors and self.tally.finished == self.plan.trainees

    def report(self) -> str:
        """Return all results as Markdown."""
        plan, tally, meter = self.plan, self.tally, self.meter
        slowest, page = tally.slowest()
        shares = ", ".join(f"{who} {share:.0%}" for who, share in meter.shares().items() if share)
        lines = [
            f"- {self.database}; {machine()}; gunicorn with {plan.workers} workers of {plan.threads} threads",
            f"- {plan.trainees} trainees joined within {plan.join_within:.0f} s, paused "
            f"{plan.pause[0]:g}–{plan.pause[1]:g} s between steps, stayed {plan.stay:g} s at the end: "
            f"{tally.finished} finished, {sum(tally.errors.values())} errors, after {meter.seconds:.0f} s",
            f"- {tally.count:,} requests, {tally.count / (meter.seconds or 1):.0f} a second, "
            f"{tally.busiest():.0f} in the busiest 10 s",
            f"- slowest page at the 95th percentile: {slowest:,.0f} ms ({page})",
            f"- of all processors: {shares}; servers’ memory at most {meter.rss / 2**20:,.0f} MiB; "
            f"load average at most {meter.load:.1f}",
        ]
        lines += [f"- ERROR, {count} times: {what}" for what, count in tally.errors.most_common()]
        lines += [f"- LOGGED: {line}" for line in self.logged_errors[:20]]
        return "\n".join(lines) + f"\n\n{tally.table()}\n"


class Hall(Site):
    """A site served as in production, with its log in a file."""

    def __init__(self, site: Site, plan: Plan) -> None:
        super().__init__(site.environment | {"GRADEREG_LOG": "json"})
        self.plan = plan
        self.log = Path(self.environment["GRADEREG_DATA"], "server.log")

    def serve(self) -> int:
        """Start the server; return its process id when it answers."""
        options = ["--bind", f"127.0.0.1:{self.port}", "--workers", str(self.plan.workers)]
        options += ["--threads", str(self.plan.threads)]
        command = [sys.executable, "-m", "gunicorn", "gradereg.wsgi", *options]
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, start_new_session=True, stderr=log
            )
        wait_for(self.address)
        return self.server.pid


def fill(site_template: SiteTemplate, plan: Plan) -> Outcome:
    """Run a lecture hall on a new copy of the template, from the first trainee to the last."""
    with site_template.site(READING_PROCESS="1") as site:
        hall = Hall(site, plan)
        try:
            meter = Meter({"servers": [hall.serve()]}, hall.environment.get("DATABASE_URL"))
            tally = asyncio.run(_work(hall, plan, meter))
        finally:
            hall.kill()
        database = "PostgreSQL" if site_template.postgres else "SQLite"
        return Outcome(plan, database, tally, meter, logged_errors(hall.log))


async def _work(hall: Hall, plan: Plan, meter: Meter) -> Tally:
    setting_up, tally = Tally(), Tally()
    trainer = Trainer(hall.port, setting_up)
    code = await trainer.open_session()
    assert not setting_up.errors, setting_up.errors
    trainer.tally = tally
    others = [asyncio.create_task(trainer.watch()), asyncio.create_task(meter.watch())]
    try:
        async with asyncio.timeout(plan.minutes * 60):
            await asyncio.gather(*(_attend(hall, plan, tally, code, n) for n in range(plan.trainees)))
    except TimeoutError:
        tally.errors[f"not everybody was done within {plan.minutes:g} minutes"] += 1
    meter.look()
    for task in others:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return tally


async def _attend(hall: Hall, plan: Plan, tally: Tally, code: str, number: int) -> None:
    random = Random(f"{plan.seed} {number}")
    trainee = Trainee(
        hall.port,
        tally,
        name=f"Trainee {number + 1:03}",
        random=random,
        pause=plan.pause,
        stay=plan.stay,
    )
    await asyncio.sleep(random.uniform(0, plan.join_within))
    await trainee.work(code)


def plan_from_arguments() -> Plan:
    """Return the plan from the command line."""
    parser, usual = argparse.ArgumentParser(description=__doc__), Plan()
    parser.add_argument("--trainees", type=int, default=usual.trainees)
    parser.add_argument("--join-within", type=float, default=usual.join_within, help="seconds")
    parser.add_argument("--pause", type=float, nargs=2, default=usual.pause, help="seconds between steps")
    parser.add_argument("--stay", type=float, default=usual.stay, help="seconds on the last page")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="the longest it may take")
    parser.add_argument("--workers", type=int, default=usual.workers)
    parser.add_argument("--threads", type=int, default=usual.threads)
    parser.add_argument("--seed", type=int, default=usual.seed, help="of the pauses and arrivals")
    given = vars(parser.parse_args())
    return Plan(**given | {"pause": tuple(given["pause"])})


def main() -> int:
    plan, url = plan_from_arguments(), os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as folder:
        seeded = Path(folder, "site_template")
        seeded.mkdir()
        site_template = SiteTemplate(seeded, url if url.startswith("postgres") else None, "load")
        try:
            outcome = fill(site_template, plan)
        finally:
            site_template.end()
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    kept = KEPT_IN / f"{outcome.database.lower()}-{plan.trainees}-{time.strftime('%H%M%S')}.md"
    kept.write_text(outcome.report())
    print(outcome.report())
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
