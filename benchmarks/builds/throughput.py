"""The time that a build needs beside its engine, measured with an engine that sleeps.

    python -m benchmarks.builds.throughput --rows 1500 --rates 15 40

The texts are translated once by the real engine; then builds start from nothing with an engine that
returns the same translations after sleeping for the time per text that the rate gives, so that all
other work (reading, segments, tokens, aligner, projection, checks, writing) must hide behind it.
Each rate is measured twice: as builds run, and with each stage begun after the one before it has
ended. All other work, the encoder's too, runs on the same cores. Each model has one thread, so that
the processor time of a unit is the time of its thread; that of CTranslate2's threads is the rest of
the process's time.

The aligner of ``cascade`` learns once from all of a language, as in a corpus of fewer segments than
``projection.max_pairs``, and once from a share of it, as in a larger corpus.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.builds.sleeping_engine import Recorder, SleepingEngine
from benchmarks.machine import machine
from benchmarks.paths import DATA, RESULTS
from benchmarks.turns import progress
from crosslabel.pipeline import build as building
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.stages.units import Needs, Ref, Unit, run_unit, units
from crosslabel.pipeline.storage.files import write_json
from crosslabel.pipeline.translation.translator import load_translator

CORPUS = DATA / "ner_en" / "wikigold.jsonl.gz"
ITERMAX = "projection.method=itermax"
CASCADE = "projection.method=cascade"


def main() -> None:
    """Measure and write the figures."""
    given = _arguments()
    first = _recipe(given, ITERMAX)
    translator = load_translator(translation_model(first.translation.model), first.engine)
    real = translator._engine
    results: list[dict[str, Any]] = []
    for changes in ((ITERMAX,), (CASCADE,), (CASCADE, f"projection.max_pairs={given.learnt}")):
        recipe = _recipe(given, *changes)
        method = ", ".join(change.removeprefix("projection.") for change in changes)
        recorder = translator._engine = Recorder(real)
        measured = _measured(recipe, given.rows, units, _nothing)
        results.append({"method": method, "engine": "real", **measured})
        progress(f"{method}, real engine: {measured['seconds']} s")
        for rate, (order, needs) in product(given.rates, ORDERS):
            engine = translator._engine = SleepingEngine(recorder, rate)
            measured = _measured(recipe, given.rows, needs, engine.reset)
            measured |= {"slept": round(engine.slept, 2),
                         "ratio": round(measured["seconds"] / engine.slept, 3)}
            results.append({"method": method, "engine": "sleeping", "rate": rate, "stages": order,
                            **measured})
            progress(f"{method}, {rate} texts/s, {order}: {measured['ratio']} x the engine's time")
    write_json(RESULTS / "throughput.json",
               {"machine": machine("cpu"), "rows": given.rows, "corpus": CORPUS.name,
                "targets": ["de", "es"], "results": results})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--part-texts", type=int, default=64)
    parser.add_argument("--shard-rows", type=int, default=64)
    parser.add_argument("--rates", type=float, nargs="+", default=[15.0, 40.0])
    parser.add_argument("--learnt", type=int, default=300, help="pairs that an aligner learns from")
    return parser.parse_args()


def _recipe(given: argparse.Namespace, *changes: str) -> Recipe:
    return load("demo-ner", [
        f"source.path={CORPUS}", "source.labels=null", "engine.threads=1",
        f"translation.part_texts={given.part_texts}", f"output.shard_rows={given.shard_rows}",
        *changes,
    ])


def _in_turn(plan: Plan) -> Needs:
    """Return the units of a plan, each waiting for all units of the stages before its stage."""
    needs = units(plan)
    parts = frozenset(unit for unit in needs if unit.stage == "translate")
    aligners = frozenset(unit for unit in needs if unit.stage == "train")
    before = {"translate": frozenset[Unit](), "train": parts, "project": parts | aligners}
    return {unit: before[unit.stage] for unit in needs}


def _nothing() -> None:
    """Do nothing when the models are loaded."""


ORDERS = (("beside each other", units), ("one after another", _in_turn))


def _measured(
    recipe: Recipe, rows: int, needs: Callable[[Plan], Needs], begun: Callable[[], None]
) -> dict[str, Any]:
    """Return the seconds of a build from nothing with loaded models, and its processor seconds.

    Args:
        begun: called when the models are loaded.
    """
    spent: defaultdict[str, float] = defaultdict(float)
    lock = threading.Lock()

    def run(plan: Plan, unit: Unit) -> Ref:
        began = time.thread_time()
        ref = run_unit(plan, unit)
        with lock:
            spent[unit.stage] += time.thread_time() - began
        return ref

    building.units = needs  # type: ignore[attr-defined, assignment]
    with tempfile.TemporaryDirectory() as folder:
        building.build(recipe, Path(folder) / "warm", limit=8, run=run)
        spent.clear()
        begun()
        began, processor = time.perf_counter(), time.process_time()
        _, _, account = building.build(recipe, Path(folder) / "out", limit=rows, run=run)
        seconds, total = time.perf_counter() - began, time.process_time() - processor
    plan_finish = account.seconds["plan"], account.seconds["finish"]
    return {
        "seconds": round(seconds, 2),
        "texts": account.texts,
        "plan_seconds": round(plan_finish[0], 2),
        "finish_seconds": round(plan_finish[1], 2),
        "processor_seconds": {**{stage: round(used, 2) for stage, used in sorted(spent.items())},
                              "total": round(total, 2)},
    }


if __name__ == "__main__":
    main()
