"""Speed of the batched aligner and of the simalign package, side by side on the same pairs.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.alignment_speed

writes benchmarks/results/alignment_speed.json. Both sides run the same weights in single precision
at the same layer, on one thread, and in turns; the best of three turns counts. Processor time is
given beside elapsed time, because it does not depend on what else the machine does.
"""

from __future__ import annotations

import json
import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, AutoTokenizer

from benchmarks.projection import DATA, HERE, MODEL, usable_rows
from pipeline.models import encoder_model
from projection.embedding import EmbeddingAligner
from projection.encoder import TransformerEncoder
from projection.interface import TextPair

SET = "europarl-ner.en-de"
PAIRS = 400
TURNS = 3

Seconds = tuple[float, float]


def main() -> None:
    """Time both and write the figures."""
    logging.getLogger("simalign").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    pairs = [row.pair for row in usable_rows(DATA / "projection" / f"{SET}.jsonl.gz")][:PAIRS]
    folder = encoder_model(MODEL).path
    with tempfile.TemporaryDirectory() as copy:
        in_single_precision(folder, copy)
        layer = TransformerEncoder(str(folder)).layer
        ours, theirs = batched(copy, layer, pairs), one_by_one(copy, layer, pairs)
        turns = [(timed(ours), timed(theirs)) for _ in range(TURNS)]
    agree = sum(a == b for a, b in zip(ours(), theirs(), strict=True))
    write(pairs, layer, turns, agree)


def in_single_precision(folder: Path, copy: str) -> None:
    """simalign computes in the precision of the file, so give both a float32 one."""
    AutoModel.from_pretrained(folder, dtype=torch.float32).save_pretrained(copy)
    AutoTokenizer.from_pretrained(folder).save_pretrained(copy)


def batched(folder: str, layer: int, pairs: list[TextPair]) -> Callable[[], list[Any]]:
    """Our aligner; a fresh one per turn, so that nothing is remembered."""
    encoder = TransformerEncoder(folder, layer=layer, device="cpu")
    return lambda: [links.pairs.tolist() for links in EmbeddingAligner(encoder).align(pairs)]


def one_by_one(folder: str, layer: int, pairs: list[TextPair]) -> Callable[[], list[Any]]:
    """The simalign package, as its documentation shows it."""
    from simalign import SentenceAligner

    peer = SentenceAligner(folder, matching_methods="i", device="cpu", layer=layer)
    words = [(list(pair.source.surface()), list(pair.target.surface())) for pair in pairs]
    return lambda: [
        [list(link) for link in peer.get_word_aligns(*both)["itermax"]] for both in words
    ]


def timed(run: Callable[[], list[Any]]) -> Seconds:
    """Elapsed and processor seconds of one run."""
    elapsed, processor = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - elapsed, time.process_time() - processor


def figures(turns: list[Seconds]) -> dict[str, Any]:
    """Seconds of all turns, and pairs per second of the best."""
    elapsed, processor = zip(*turns, strict=True)
    return {
        "elapsed_seconds": [round(value, 2) for value in elapsed],
        "processor_seconds": [round(value, 2) for value in processor],
        "pairs_per_second": round(PAIRS / min(elapsed), 1),
    }


def write(
    pairs: list[TextPair], layer: int, turns: list[tuple[Seconds, Seconds]], agree: int
) -> None:
    """Write the figures and print them."""
    ours, theirs = zip(*turns, strict=True)
    results = {
        "set": SET, "pairs": len(pairs), "model": MODEL, "layer": layer, "method": "itermax",
        "device": "cpu", "threads": torch.get_num_threads(), "torch": torch.__version__,
        "pairs_with_equal_links": agree,
        "crosslabel": figures(list(ours)),
        "simalign": figures(list(theirs)),
        "times_faster_elapsed": round(min(t[0] for t in theirs) / min(t[0] for t in ours), 1),
        "times_faster_processor": round(min(t[1] for t in theirs) / min(t[1] for t in ours), 1),
    }
    text = json.dumps(results, indent=1) + "\n"
    (HERE / "results" / "alignment_speed.json").write_text(text, "utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
