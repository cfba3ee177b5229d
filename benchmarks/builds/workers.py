"""Efficiency of eight processes that share a build with an engine that sleeps.

    python -m benchmarks.builds.workers --workers 8 --seconds 4

Texts are labelled as a whole, so that nothing but the sleeping stage takes long. Each process
sleeps through one part at a time, as a machine with one GPU would. Efficiency is the time slept by
all processes, divided by their number times the time from the start of the first part to the end of
the last one; the time to start Python and to plan is reported beside it. The same is then measured
with one process killed half-way: another process does its part.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.paths import RESULTS
from benchmarks.turns import progress
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit
from crosslabel.pipeline.storage.files import write_json
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.pipeline.work import work

_PART = 8


def main() -> None:
    """Measure the workers, or run as one of them if ``--out`` is given."""
    given = _arguments()
    if given.out:
        _work(given)
        return
    results = {
        "all": _measured(given, kill=False),
        "one_killed": _measured(given, kill=True),
    }
    write_json(RESULTS / "workers.json",
               {"machine": machine("cpu"), "workers": given.workers, "parts": given.parts,
                "seconds_per_part": given.seconds, **results})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--parts", type=int, default=80)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _recipe(folder: Path) -> Recipe:
    return load("demo-classify", [
        f"source.path={folder / 'rows.jsonl'}", "targets=[de]", "segmentation.sentences=false",
        f"translation.part_texts={_PART}", f"output.shard_rows={10 * _PART}",
        "source.labels=null",
    ])


def _measured(given: argparse.Namespace, *, kill: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_rows(folder / "rows.jsonl", given.parts * _PART)
        command = [sys.executable, "-m", "benchmarks.builds.workers", "--out", str(folder / "out"),
                   "--seconds", str(given.seconds)]
        began = time.monotonic()
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
                   for _ in range(given.workers)]
        if kill:
            while len(list(folder.glob("out/.work/translations/*/*.json"))) < given.parts // 2:
                time.sleep(0.1)
            running[0].kill()
        by_worker = [_spans(process.communicate()[0]) for process in running]
        elapsed = time.monotonic() - began
    spans = [span for worker in by_worker for span in worker]
    if not kill:
        assert len(spans) == given.parts
    busy = max(end for _, end in spans) - min(start for start, _ in spans)
    slept = given.parts * given.seconds
    figures = {"efficiency": round(slept / (given.workers * busy), 3), "seconds": round(busy, 1),
               "seconds_with_start_and_end": round(elapsed, 1),
               "parts_by_worker": sorted(map(len, by_worker))}
    progress(f"{given.workers} workers{', one killed' * kill}: {figures}")
    return figures


def _write_rows(file: Path, rows: int) -> None:
    words = ["the", "river", "town", "old", "market", "song", "winter", "letter", "road", "house"]
    choice = random.Random(1)
    with file.open("w") as lines:
        for row in range(rows):
            text = f"{row} " + " ".join(choice.choices(words, k=12))
            lines.write(json.dumps({"id": str(row), "text": text, "label": "yes"}) + "\n")


def _spans(output: str) -> list[tuple[float, float]]:
    """Return when a worker slept, on the clock of the machine."""
    lines = (line.split() for line in output.splitlines() if line.startswith("slept "))
    return [(float(start), float(end)) for _, start, end in lines]


def _work(given: argparse.Namespace) -> None:
    lock = threading.Lock()

    def run(plan: Plan, unit: Unit) -> Ref:
        if unit.stage == "translate":
            with lock:
                start = time.monotonic()
                time.sleep(given.seconds)
                print(f"slept {start} {time.monotonic()}", flush=True)
            language = plan.languages[unit.lang]
            texts = language.part_texts(unit.number)
            language.memory.commit(language.parts[unit.number], texts, _translations(texts),
                                   {"device": "none", "compute_type": "none"})
        return run_unit(plan, unit)

    work(_recipe(given.out.parent), given.out, run=run)


def _translations(texts: Sequence[str]) -> list[Translation]:
    return [Translation(text.upper()) for text in texts]


if __name__ == "__main__":
    main()
