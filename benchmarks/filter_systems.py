"""Tagging with English labels alone: zero-shot, translate-train, FILTER, and what adds to it.

    python -m benchmarks.filter_systems ner --work out/filter
    python -m benchmarks.filter_systems pos --work out/filter

Every system is trained on the same English sentences with each seed and measured on human text with
gold labels of the target languages. ``--epochs`` and ``--student`` run it larger. The data is read
from ``$CROSSLABEL_DATA``; nothing that is trained here leaves ``--work``.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.filter_data import SETTINGS, Setting, prepare
from finetune.recipe import FinetuneRecipe
from finetune.run import Run, finetune
from pipeline.storage import write_json

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class System:
    """How one system differs from the others.

    Attributes:
        pairs: which features it learns from, see :mod:`benchmarks.filter_data`.
        layers: fused layers; ``None`` reads one side alone.
        hard: learns projected labels on side a.
        teacher: system whose model gives soft labels.
        soft: their weight.
    """

    name: str
    pairs: str = "mask"
    layers: int | None = 1
    hard: bool = True
    teacher: str | None = None
    soft: float = 0.0

    def recipe(self, work: Work, seed: int) -> FinetuneRecipe:
        """The recipe of a run of this system."""
        teaching = {"self_teaching": {"weight": self.soft},
                    "teachers": [str(work.run_folder(self.teacher, seed) / "teacher" / "model")],
                    } if self.teacher else {}
        return FinetuneRecipe.model_validate({
            "name": self.name, "task": "token", "student": work.student,
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


@dataclass(frozen=True, slots=True)
class Work:
    """Where and how the runs of one setting work."""

    setting: Setting
    folder: Path
    student: str
    threads: int
    training: Mapping[str, Any] = field(default_factory=dict)

    def features(self, name: str) -> Path:
        """Features by name."""
        return self.folder / "features" / name

    def run_folder(self, system: str, seed: int) -> Path:
        """Folder of a run."""
        return self.folder / "runs" / f"{system} {seed}".replace(" ", "_")


def measure(work: Work, system: System, seed: int) -> dict[str, Any]:
    """Train a system with one seed and measure it on all gold files."""
    out = work.run_folder(system.name, seed)
    recipe = system.recipe(work, seed)
    scores = finetune(recipe, out)["scores"]
    run = Run(recipe, out)
    return {"system": system.name, "seed": seed,
            "scores": {lang: own["languages"][lang] for lang, own in scores.items()},
            "predictions": {lang: str(run.out / "evaluation" / lang / "predictions.jsonl")
                            for lang in scores}}


def _in_order(work: Work, systems: Sequence[System], seed: int) -> list[dict[str, Any]]:
    """All systems of one seed, teachers before students."""
    found = []
    for system in systems:
        found.append(measure(work, system, seed))
        print(json.dumps({name: found[-1][name] for name in ("system", "seed", "scores")}),
              flush=True)
    return found


def run(work: Work, systems: Sequence[System], seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """All systems with all seeds; seeds run beside each other."""
    processes = max(1, (os.cpu_count() or 1) // work.threads)
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(_in_order, *zip(*((work, systems, s) for s in seeds), strict=True)):
            yield from found


def main() -> None:
    """Prepare the data, train and measure everything, write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("setting", choices=SETTINGS)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--student", default="encoder-multilingual")
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
    found = list(run(work, systems, given.seeds))
    write_json(RESULTS / f"filter_{given.setting}.json",
               {"training": training, "student": given.student, "data": facts, "runs": found})


if __name__ == "__main__":
    main()
