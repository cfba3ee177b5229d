"""Contestants timed side by side, in alternating turns."""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Seconds:
    """The time of one run; ``processor`` sums all threads and depends less on other work."""

    wall: float
    processor: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All turns of one contestant, and the output of its last run."""

    turns: list[Seconds]
    output: Any

    def figures(self, **counts: int) -> dict[str, Any]:
        """Return the seconds of all turns, and the rate per second of each of ``counts``."""
        wall = [turn.wall for turn in self.turns]
        return {
            "wall_seconds": [round(seconds, 3) for seconds in wall],
            "processor_seconds": [round(turn.processor, 3) for turn in self.turns],
            "per_second": {
                name: {
                    "best": round(count / min(wall), 1), "median": round(count / median(wall), 1)
                }
                for name, count in counts.items()
            },
        }

    def best(self) -> Seconds:
        """Return the shortest time on each clock."""
        return Seconds(min(t.wall for t in self.turns), min(t.processor for t in self.turns))


def in_turns(contestants: Mapping[str, Callable[[], Any]], turns: int) -> dict[str, Measured]:
    """Run every contestant once per turn; each turn begins with another one."""
    seconds: dict[str, list[Seconds]] = {name: [] for name in contestants}
    outputs: dict[str, Any] = {}
    names = list(contestants)
    for turn in range(turns):
        first = turn % len(names)
        for name in [*names[first:], *names[:first]]:
            spent, outputs[name] = timed(contestants[name])
            seconds[name].append(spent)
            progress(f"turn {turn + 1}/{turns}  {name}: {spent.wall:.2f} s, "
                     f"processor {spent.processor:.2f} s")
    return {name: Measured(seconds[name], outputs[name]) for name in names}


def timed(run: Callable[[], Any]) -> tuple[Seconds, Any]:
    """Run a function and return its time and its output."""
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    output = run()
    return Seconds(time.perf_counter() - wall, time.process_time() - processor), output


def times_faster(fast: Measured, slow: Measured) -> dict[str, float]:
    """Return how many times faster ``fast`` is, by the best turns and by the median over turns."""
    both = list(zip(fast.turns, slow.turns, strict=True))
    return {
        "wall_best": round(slow.best().wall / fast.best().wall, 3),
        "wall_median": round(median(s.wall / f.wall for f, s in both), 3),
        "processor_best": round(slow.best().processor / fast.best().processor, 3),
        "processor_median": round(median(s.processor / f.processor for f, s in both), 3),
    }


def progress(line: str) -> None:
    """Print to standard error how far the measurement is."""
    print(line, file=sys.stderr, flush=True)


def quiet() -> None:
    """Silence the messages of libraries that load models."""
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    logging.disable(logging.INFO)
    set_verbosity_error()
    disable_progress_bar()
