"""Ratios of things that take turns within one process, so that all meet the same machine."""

import statistics
import time

from tools.bare import Step

STEPS = 4  # of every contender in one round


def ratios(
    unit: Step, contenders: dict[str, Step], rounds: int, steps: int = STEPS
) -> dict[str, float]:
    """Median time of every contender in units of the unit, each step beside each other."""
    base, measured = times(unit, contenders, rounds, steps)
    return {
        name: statistics.median(own / of_unit for own, of_unit in zip(seconds, base, strict=True))
        for name, seconds in measured.items()
    }


def times(
    unit: Step, contenders: dict[str, Step], rounds: int, steps: int
) -> tuple[list[float], dict[str, list[float]]]:
    """Seconds of so many steps of the unit and of every contender, round by round but the first."""
    base: list[float] = []
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        base.append(seconds_of(unit, steps))
        for name, step in contenders.items():
            measured[name].append(seconds_of(step, steps))
    return base[1:], {name: seconds[1:] for name, seconds in measured.items()}


def seconds_of(step: Step, steps: int = STEPS) -> float:
    """Of processor time: with one thread, what others do on the machine is left out."""
    started = time.process_time()
    for _ in range(steps):
        step()
    return time.process_time() - started
