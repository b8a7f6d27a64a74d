"""Who there is on deadline day: graders by number, two to a committee."""

from random import Random

PASSWORD = "deadline-day"  # of a world that is made and dropped by its benchmark
SEATS = 2
CANDIDATES = 30


def username(number: int) -> str:
    return f"grader{number:05}"


def committees_of(graders: int) -> int:
    return graders // SEATS


def chance(*about: int | str) -> Random:
    """What chance decides about these, the same in each run."""
    return Random(" ".join(map(str, about)))  # pauses and grades, no secrets
