"""People of deadline day: numbered graders, two per committee."""

from random import Random

PASSWORD = "deadline-day"  # only in the temporary database of the benchmark
SEATS = 2
CANDIDATES = 30


def username(number: int) -> str:
    return f"grader{number:05}"


def committees_of(graders: int) -> int:
    return graders // SEATS


def chance(*about: int | str) -> Random:
    """Return a random generator for these, the same in each run."""
    return Random(" ".join(map(str, about)))  # pauses and grades, no secrets
