"""The command line of deadline day."""

import argparse
import sys

from benchmarks.deadline import __doc__ as description
from benchmarks.deadline.day import allow_connections, live_through
from benchmarks.deadline.outcome import troubles, write
from benchmarks.deadline.plan import Plan
from benchmarks.deadline.serving import NGINX


def parse_plan() -> Plan:
    """Return the plan of the command line."""
    parser, usual = argparse.ArgumentParser(prog="benchmarks.deadline", description=description), Plan()
    parser.add_argument(
        "--graders", type=int, default=usual.graders, help="an even number, two per committee"
    )
    parser.add_argument("--within", type=float, default=usual.within, help="seconds in which they arrive")
    parser.add_argument("--apart", type=float, default=usual.apart, help="seconds between their graders")
    parser.add_argument("--pause", type=float, nargs=2, default=usual.pause, help="seconds between steps")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="maximum duration")
    parser.add_argument(
        "--servers", type=int, default=usual.servers, help="app servers; several behind nginx"
    )
    parser.add_argument("--workers", type=int, default=usual.workers, help="workers of all servers together")
    parser.add_argument("--threads", type=int, default=usual.threads, help="threads per worker")
    parser.add_argument(
        "--rounds", type=int, default=usual.rounds, help="rounds of closed loops after the day"
    )
    parser.add_argument("--loop", type=float, default=usual.loop, help="seconds of each closed loop")
    parser.add_argument("--hurried", type=int, default=usual.hurried, help="people in them; an even number")
    parser.add_argument("--seed", type=int, default=usual.seed, help="seed of pauses and arrivals")
    options = vars(parser.parse_args())
    return Plan(**options | {"pause": tuple(options["pause"])})


def main() -> int:
    plan = parse_plan()
    if plan.servers > 1 and NGINX is None:
        print("Two app servers behind nginx were not measured: nginx is not installed.")
        return 0
    allow_connections()
    day = live_through(plan)
    write(day)
    for line in troubles(day):
        print(line)
    return 0 if day.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
