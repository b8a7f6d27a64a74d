"""What a deadline day is to be like."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """
    How many graders arrive within how many seconds, those of a committee at most `apart` seconds from each other; how long
    they pause between steps; how the site is served; and how long and often the closed loops go.
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
