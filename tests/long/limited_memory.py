"""A process that may take so much memory and no more, and a model that would like more.

``python -m tests.long.limited_memory MODEL MEBIBYTES FILE`` writes what the model says of the
samples as JSON, with the batches that were made smaller; 0 sets no limit.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from crosslabel.pipeline.methods.marker_model import DecoderModel
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import load_translator
from crosslabel.projection.constrained.search import SearchOptions
from crosslabel.projection.constrained.source import ConstrainedDecoding
from crosslabel.projection.halving import smaller_batches
from crosslabel.projection.links.encoder import TransformerEncoder
from tests.pipeline.methods.test_marker_model import sample_pairs

TRANSLATION = "mt-en-de-es"
_TOKENS = 65_536
_PAIRS = list(sample_pairs("de", 30))
_TEXTS = [f"{pair.source.text} {number}" for number in range(8) for pair in _PAIRS]


def encoder() -> Callable[[int], Any]:
    """Gives the mean state of each of so many sentences."""
    loaded = TransformerEncoder(str(encoder_model("e5-small").path), device="cpu",
                                batch_tokens=_TOKENS)

    def means(count: int) -> list[float]:
        states = loaded.encode([text.split() for text in _TEXTS[:count]])
        return [float(states.vectors[start:end].mean())
                for start, end in zip(states.starts, states.starts[1:], strict=False)]

    return means


def translation() -> Callable[[int], Any]:
    """Gives the translations of so many texts."""
    decoding = TranslationSection(model=TRANSLATION, beam=4)
    engine = Engine(device="cpu", compute_type="float32", threads=1, batch_tokens=_TOKENS)
    loaded = load_translator(translation_model(TRANSLATION), engine)
    return lambda count: [
        own.text for own in loaded.translate(_TEXTS[:count], "en", "de", decoding)]


def constrained() -> Callable[[int], Any]:
    """Gives the best words for each span of so many pairs."""
    loaded = ConstrainedDecoding(DecoderModel(translation_model(TRANSLATION), device="cpu"),
                                 SearchOptions(best=1, budget=200, width=64))
    return lambda count: [
        [ranked.words[0].tolist() for ranked, in found.by_span]
        for found in loaded.find(_PAIRS[:min(count, 24)])
    ]


def _limit(mebibytes: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + mebibytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    torch.set_num_threads(1)
    model = {"encoder": encoder, "translation": translation,
             "constrained": constrained}[sys.argv[1]]()
    model(1)
    if int(sys.argv[2]):
        _limit(int(sys.argv[2]))
    with smaller_batches() as smaller:
        said = model(len(_TEXTS))
    Path(sys.argv[3]).write_text(json.dumps({"said": said, **smaller}))
