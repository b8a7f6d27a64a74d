"""The command line of deadline day."""

import argparse
import sys

from benchmarks.deadline import __doc__ as what_it_does
from benchmarks.deadline.day import allow_connections, live_through
from benchmarks.deadline.outcome import troubles, write
from benchmarks.deadline.plan import Plan
from benchmarks.deadline.serving import NGINX


def asked() -> Plan:
    """The plan of the command line."""
    told, usual = argparse.ArgumentParser(prog="benchmarks.deadline", description=what_it_does), Plan()
    told.add_argument("--graders", type=int, default=usual.graders, help="an even number: two to a committee")
    told.add_argument("--within", type=float, default=usual.within, help="seconds in which committees arrive")
    told.add_argument("--apart", type=float, default=usual.apart, help="seconds between their graders")
    told.add_argument("--pause", type=float, nargs=2, default=usual.pause, help="seconds between steps")
    told.add_argument("--minutes", type=float, default=usual.minutes, help="the longest it may take")
    told.add_argument("--servers", type=int, default=usual.servers, help="app servers; several behind nginx")
    told.add_argument("--workers", type=int, default=usual.workers, help="of all servers together")
    told.add_argument("--threads", type=int, default=usual.threads, help="of each worker")
    told.add_argument(
        "--rounds", type=int, default=usual.rounds, help="of closed loops, when the day is over"
    )
    told.add_argument("--loop", type=float, default=usual.loop, help="seconds of each closed loop")
    told.add_argument("--hurried", type=int, default=usual.hurried, help="people in them; an even number")
    told.add_argument("--seed", type=int, default=usual.seed, help="of the pauses and arrivals")
    given = vars(told.parse_args())
    return Plan(**given | {"pause": tuple(given["pause"])})


def main() -> int:
    plan = asked()
    if plan.servers > 1 and NGINX is None:
        print("Two app servers behind nginx were not measured: nginx is not installed here.")
        return 0
    allow_connections()
    day = live_through(plan)
    write(day)
    for line in troubles(day):
        print(line)
    return 0 if day.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
