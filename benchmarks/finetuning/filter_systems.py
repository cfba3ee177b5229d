"""Tagging with English labels alone: zero-shot, translate-train, FILTER, and additions to it.

    python -m benchmarks.finetuning.filter_systems ner --work out/filter
    python -m benchmarks.finetuning.filter_systems pos --work out/filter

Every system is trained on the same English sentences with each seed and measured on human text with
gold labels of the target languages. ``--epochs`` and ``--student`` run it larger. The data is read
from ``$CROSSLABEL_DATA``; nothing that is trained here leaves ``--work``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from benchmarks.finetuning.filter_data import SETTINGS, Setting, prepare
from benchmarks.finetuning.filter_page import write_page
from benchmarks.paths import ENCODER, RESULTS
from crosslabel.finetune.inference.predict import predict, write_predictions
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.run import PREDICTIONS, finetune
from crosslabel.finetune.scores.evaluate import compare_runs
from crosslabel.pipeline.storage.files import write_json


@dataclass(frozen=True, slots=True)
class System:
    """One of the compared systems, by its differences from the others.

    Attributes:
        pairs: name of the features it learns from, see :mod:`benchmarks.finetuning.filter_data`.
        layers: fused layers; ``None`` reads one side alone.
        hard: learns projected labels on side a.
        teacher: system whose model gives soft labels.
        soft: weight of these labels.
    """

    name: str
    pairs: str = "mask"
    layers: int | None = 1
    hard: bool = True
    teacher: str | None = None
    soft: float = 0.0

    def recipe(self, work: Work, seed: int) -> FinetuneRecipe:
        """Return the recipe of a run of this system."""
        teaching = {"self_teaching": {"weight": self.soft},
                    "teachers": [str(work.run_folder(self.teacher, seed) / "teacher" / "model")],
                    } if self.teacher else {}
        return FinetuneRecipe.model_validate({
            "name": re.sub(r"[^a-z0-9]+", "-", self.name.lower()), "task": "token",
            "student": work.student,
            "data": [{"path": str(work.features(self.pairs))}],
            "fusion": {"layers": self.layers or 0, "sides": 1 if self.layers is None else 2},
            "training": {**work.training, "hard_labels": self.hard, "seed": seed},
            "evaluation": {lang: {"path": str(work.features(f"test-{lang}"))}
                           for lang in work.setting.langs},
            "machine": {"threads": work.threads, "tensorboard": False},
            **teaching,
        })


SYSTEMS = (
    System("zero-shot", "english", None),
    System("translate-train, k=0", layers=0),
    System("FILTER", hard=False),
    System("FILTER + self-teaching", hard=False, teacher="FILTER", soft=1.0),
    System("FILTER + projected labels"),
    System("FILTER + projected labels + self-teaching", teacher="FILTER + projected labels",
           soft=0.5),
    System("FILTER + projected labels, drop_pair", "drop_pair"),
    System("FILTER + projected labels, outside", "outside"),
)


READ_ALONE = ("FILTER", "FILTER + projected labels")
"""Systems that are also measured on side a alone, without its translation."""
_ALONE = "alone.jsonl"


@dataclass(frozen=True, slots=True)
class Work:
    """The folder and the options of the runs of one setting."""

    setting: Setting
    folder: Path
    student: str
    threads: int
    training: Mapping[str, Any] = field(default_factory=dict)

    def features(self, name: str) -> Path:
        """Return the folder of the features with a name."""
        return self.folder / "features" / name

    def run_folder(self, system: str, seed: int) -> Path:
        """Return the folder of a run."""
        return self.folder / "runs" / f"{system} {seed}".replace(" ", "_")


def train(work: Work, systems: Sequence[System], seed: int) -> None:
    """Train and measure systems with one seed, teachers before students."""
    for system in systems:
        out = work.run_folder(system.name, seed)
        scores = (finetune(system.recipe(work, seed), out) or {})["scores"]
        figures = {lang: {name: figure["value"]
                          for name, figure in measured["languages"][lang].items()}
                   for lang, measured in scores.items()}
        print(json.dumps({"system": system.name, "seed": seed, "figures": figures}), flush=True)
        if system.name in READ_ALONE:
            _read_alone(work, out)


def _read_alone(work: Work, out: Path) -> None:
    """Write the predictions of a trained model that sees no translations."""
    for lang in work.setting.langs:
        model, features = out / "teacher" / "model", work.features(f"test-{lang}")
        predictions = predict([model], FeatureTable.open(features), sides=1)
        write_predictions(predictions, out / "evaluation" / lang / _ALONE)


def run(work: Work, systems: Sequence[System], seeds: Sequence[int]) -> dict[str, Any]:
    """Train seeds beside each other; return figures by language and system, means over seeds."""
    processes = max(1, (os.cpu_count() or 1) // work.threads)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(train, repeat(work), repeat(systems), seeds))
    return {lang: _figures(work, systems, seeds, lang) for lang in work.setting.langs}


def _figures(
    work: Work, systems: Sequence[System], seeds: Sequence[int], lang: str
) -> dict[str, Any]:
    def files(system: str, name: str) -> list[Path]:
        return [work.run_folder(system, seed) / "evaluation" / lang / name for seed in seeds]

    predictions = {system.name: files(system.name, PREDICTIONS) for system in systems}
    predictions |= {f"{system.name}, side a alone": files(system.name, _ALONE)
                    for system in systems if system.name in READ_ALONE}
    compared = compare_runs(work.features(f"test-{lang}"), predictions)[lang]
    return {system: {name: figure.as_values() for name, figure in metrics.items()}
            for system, metrics in compared.items()}


def main() -> None:
    """Prepare the data, train and measure everything, write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("setting", choices=SETTINGS)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--student", default=ENCODER)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--systems", nargs="+", default=[system.name for system in SYSTEMS])
    parser.add_argument("--epochs", type=float, default=0.5)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    setting = SETTINGS[given.setting]
    training = {"learning_rate": given.learning_rate, "epochs": given.epochs,
                "batch_rows": given.batch, "warmup": 0.1}
    work = Work(setting, given.work / given.setting, given.student, given.threads, training)
    facts = prepare(setting, work.folder, given.student, given.threads)
    systems = [system for system in SYSTEMS if system.name in given.systems]
    figures = run(work, systems, given.seeds)
    write_json(RESULTS / f"filter_{given.setting}.json", {
        "training": training, "student": given.student, "seeds": given.seeds, "data": facts,
        "systems": list(figures[setting.langs[0]]), "figures": figures,
    })
    write_page()


if __name__ == "__main__":
    main()
