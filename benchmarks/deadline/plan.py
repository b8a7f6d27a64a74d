"""Parameters of a deadline day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """
    Parameters of a day: `graders` arrive within `within` seconds, those of a committee at most `apart` seconds after each
    other, and pause for `pause` seconds between steps. `rounds`, `loop` (seconds) and `hurried` (people) are of the closed
    loops.
    """

    graders: int = 2000
    within: float = 1500.0
    apart: float = 60.0
    pause: tuple[float, float] = (1.0, 5.0)
    minutes: float = 120.0
    servers: int = 1
    workers: int = 4
    threads: int = 4
    rounds: int = 5
    loop: float = 4.0
    hurried: int = 16
    seed: int = 1
