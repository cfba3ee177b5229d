"""Memory and time of builds of two sizes: peak resident memory and seconds per row.

    python -m benchmarks.builds.memory --rows 20000 200000

Each build runs in a separate process. The engine is replaced by one that returns its input, so that
only the size of the corpus differs; the sentences are repeated, each with a different number, so
that all texts differ. The statistical aligner learns from 20,000 pairs in both builds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.paths import DATA, RESULTS
from benchmarks.turns import progress
from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit
from crosslabel.pipeline.storage.files import write_json
from crosslabel.pipeline.translation.translator import Translation

CORPUS = DATA / "ner_en" / "wikigold.jsonl.gz"


def main() -> None:
    """Measure all sizes, or run the build of one size if ``--source`` is given."""
    given = _arguments()
    if given.source:
        print(json.dumps(_build(given.source)))
        return
    results = [_measured(rows) for rows in given.rows]
    smallest, largest = results[0], results[-1]
    ratio = {name: round(largest[name] / smallest[name], 3)
             for name in ("peak_mib", "seconds_per_1000_rows")}
    progress(f"largest by smallest: {ratio}")
    write_json(RESULTS / "memory.json",
               {"machine": machine("cpu"), "results": results, "largest_by_smallest": ratio})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.jsonl"
        _write(source, rows)
        command = [sys.executable, "-m", "benchmarks.builds.memory", "--source", str(source)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = {"rows": rows, **json.loads(done.stdout)}
    figures["seconds_per_1000_rows"] = round(1000 * figures["processor_seconds"] / rows, 3)
    progress(f"{rows} rows: {figures}")
    return figures


def _write(file: Path, rows: int) -> None:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        known = [json.loads(line) for line in lines]
    with file.open("w", encoding="utf-8") as out:
        for number in range(rows):
            row = known[number % len(known)]
            numbered = {**row, "id": str(number), "tokens": [*row["tokens"], str(number)]}
            out.write(json.dumps(numbered, ensure_ascii=False) + "\n")


def _build(source: Path) -> dict[str, float]:
    """Build a corpus with an engine that returns its input; return the time and memory used."""

    def run(plan: Plan, unit: Unit) -> Ref:
        if unit.stage == "translate":
            language = plan.languages[unit.lang]
            texts = language.part_texts(unit.number)
            language.memory.commit(language.parts[unit.number], texts,
                                   [Translation(text, -0.5) for text in texts],
                                   {"device": "none", "compute_type": "none"})
        return run_unit(plan, unit)

    recipe = load("demo-ner", [
        f"source.path={source}", "source.labels=null", "targets=[de]", "engine.threads=1",
        "projection.method=statistical", "projection.max_pairs=20000",
    ])
    began, processor = time.perf_counter(), time.process_time()
    build(recipe, source.parent / "out", run=run)
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(time.process_time() - processor, 1),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


if __name__ == "__main__":
    main()
