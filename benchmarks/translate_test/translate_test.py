"""Entities of German and Spanish text: zero-shot, translate-train, translate-test, and both.

    python -m benchmarks.translate_test.translate_test --work out/translate-test

Students learn from the same English sentences as the labeller of translate-test. The data is read
from ``$CROSSLABEL_DATA``; nothing that is trained here leaves ``--work``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.paths import RESULTS
from benchmarks.translate_test.translate_test_page import write_page
from benchmarks.translate_test.translate_test_systems import (
    TEST,
    TRAIN,
    Setting,
    label_translations,
    measure,
    prepare,
    train,
    training,
)
from crosslabel.finetune.combine.opinions import By
from crosslabel.finetune.combine.run import combine
from crosslabel.pipeline.storage.files import write_json

SEEDS = (1, 2)
METHODS: tuple[By, ...] = ("mean", "vote")


def compare(setting: Setting, seeds: Sequence[int]) -> dict[str, Any]:
    """Train and measure all systems; return their figures and the facts of their training."""
    corpus = prepare(setting)
    students = train(setting, seeds)
    labelled = label_translations(setting)
    predictions: dict[str, Mapping[str, Sequence[Path]]] = {
        **students, TEST: {name: [path] * len(seeds) for name, path in labelled.items()},
    }
    for method in METHODS:
        predictions[f"both, {method}"] = {
            name: [_both(setting, method, student, labelled[name])
                   for student in students[TRAIN][name]]
            for name in setting.gold
        }
    return {
        "seeds": list(seeds), **training(setting), "corpus": corpus,
        "systems": list(predictions), "gold": list(setting.gold),
        "figures": measure(setting, predictions),
    }


def _both(setting: Setting, method: By, student: Path, labelled: Path) -> Path:
    """Combine translate-train and translate-test, the student first, and return the file."""
    out = student.with_name(f"{method}.jsonl")
    combine([student, labelled], out, method)
    return out


def main() -> None:
    """Compare everything in German and Spanish and write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    threads = given.threads
    setting = Setting(
        given.work, ("europarl-de", "europarl-es", "pud-de", "conll-de", "conll-es"),
        ("name=german-spanish", "translation.model=mt-en-de-es", "projection={method: cascade}",
         f"engine.threads={threads}"),
        (f"machine.threads={threads}",),
    )
    write_json(RESULTS / "translate_test.json", compare(setting, given.seeds))
    write_page()


if __name__ == "__main__":
    main()
