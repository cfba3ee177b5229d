"""Speed of the translation stage beside the bare engine and beside transformers, in one run.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.translation.translate

writes benchmarks/results/translate.json and benchmarks/translation/speed.md. *Stage* does what a
build does with its parts: cut into pieces, translate, join. *Bare* is one call of CTranslate2 with
the same options on texts that are already cut and sorted by length. *Generate* is transformers with
the same weights; it gets fewer texts, and the stage translates only these once more in every turn.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks.machine import machine
from benchmarks.page import save
from benchmarks.paths import TRANSLATION
from benchmarks.translation.engines import (
    DECODING,
    SOURCE,
    TARGET,
    Bare,
    Stage,
    Text,
    Texts,
    by_length,
    prefix,
)
from benchmarks.translation.generate import Generate
from benchmarks.translation.sentences import sentence_pairs
from benchmarks.turns import Measured, in_turns, quiet, times_faster
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe import Engine

BATCH_TOKENS = {"cpu": 2048, "cuda": 8192}
WARM_UP = 64


def main() -> None:
    """Time all contestants and write the figures."""
    given = _options()
    quiet()
    torch.set_num_threads(given.threads)
    model = translation_model(TRANSLATION)
    texts = Texts.cut(model, [pair.english for pair in sentence_pairs(given.texts)])
    engine = Engine(device=given.device, compute_type=given.compute_type, threads=given.threads,
                    batch_tokens=given.batch_tokens or BATCH_TOKENS[given.device])
    stage = Stage(model, engine)
    results = {
        "model": TRANSLATION, "fingerprint": model.fingerprint, "source": SOURCE, "target": TARGET,
        "beam": DECODING.beam, "device": given.device, "compute_type": stage.compute_type,
        "threads": given.threads, "batch_tokens": engine.batch_tokens, "turns": given.turns,
        "machine": machine(given.device),
    }
    results |= beside_bare(stage, Bare(model, engine, stage.compute_type), texts, given.turns)
    if given.generate_texts:
        subset = texts.first(given.generate_texts)
        results |= beside_generate(stage, _generate(model, given), subset, given.turns)
    save(results, "translate", given.output)


def beside_bare(stage: Stage, bare: Bare, texts: Texts, turns: int) -> dict[str, Any]:
    """Time the stage and the bare engine on all texts."""
    order = by_length(texts.pieces)
    ordered = [texts.pieces[number] for number in order]
    stage.translate(texts.texts[:WARM_UP])
    bare.translate(ordered[-WARM_UP:])
    measured = in_turns({
        "stage": lambda: stage.translate(texts.texts),
        "bare": lambda: bare.translate(ordered),
    }, turns)
    alone = dict(zip(order, map(bare.text, measured["bare"].output), strict=True))
    output = measured["stage"].output
    return {"beside_bare": texts.counts() | {
        "translated": sum(text is not None for text in output),
        "equal_texts": _equal(output, [alone[number] for number in range(len(output))]),
        **_figures(measured, texts),
        "times_faster": times_faster(measured["stage"], measured["bare"]), "goal": 0.95,
    }}


def beside_generate(stage: Stage, peer: Generate, texts: Texts, turns: int) -> dict[str, Any]:
    """Time the stage and transformers on the same texts."""
    size, trial = peer.fastest_size(texts.texts)
    stage.translate(texts.texts[:WARM_UP])
    measured = in_turns({
        "stage": lambda: stage.translate(texts.texts),
        "generate": lambda: peer.translate(texts.texts, size),
    }, turns)
    same = [theirs == ours
            for theirs, ours in zip(peer.pieces(texts.texts), texts.pieces, strict=True)]
    return {"beside_generate": texts.counts() | {
        "texts_per_batch": size, "trial_seconds": trial, "precision": peer.precision,
        "equal_inputs": sum(same),
        "equal_texts": _equal(measured["stage"].output, measured["generate"].output),
        **_figures(measured, texts),
        "times_faster": times_faster(measured["stage"], measured["generate"]), "goal": 4.0,
    }}


def _generate(model: Model, given: argparse.Namespace) -> Generate:
    half = torch.bfloat16 if given.compute_type == "bfloat16" else torch.float16
    # Half precision is slow on processors.
    dtype = half if given.device == "cuda" else torch.float32
    return Generate(model, prefix(model), DECODING, given.device, dtype)


def _figures(measured: dict[str, Measured], texts: Texts) -> dict[str, Any]:
    return {name: contestant.figures(**texts.counts()) for name, contestant in measured.items()}


def _equal(ours: Sequence[Text], theirs: Sequence[Text]) -> int:
    return sum(a == b for a, b in zip(ours, theirs, strict=True))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed of the translation stage.")
    add = parser.add_argument
    add("--texts", type=int, default=DECODING.part_texts, help="by default one part of a build")
    add("--generate-texts", type=int, default=500, help="for transformers; 0 leaves it out")
    add("--device", choices=("cpu", "cuda"), default="cpu")
    add("--threads", type=int, default=os.cpu_count() or 1)
    add("--compute-type", default="auto", help="of CTranslate2, e.g. int8, float16, bfloat16")
    add("--batch-tokens", type=int, default=0, help="source tokens per batch")
    add("--turns", type=int, default=3)
    add("--output", type=Path, help="JSON file instead of results/translate.json and speed.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
