"""Speed of the batched aligner beside the simalign package, on the same pairs, in one run.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.alignment.align

writes benchmarks/results/align.json and benchmarks/translation/speed.md. Both aligners run the same
weights in single precision at the same layer, in turns. Loading is not counted; the cost of a call
of any size and the cost of each further pair come from two sizes. Beside the shipped encoder, a
random encoder of the size of XLM-R base is measured.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from simalign import SentenceAligner
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from transformers import AutoModel, AutoTokenizer, XLMRobertaConfig, XLMRobertaModel

from benchmarks.machine import machine
from benchmarks.page import save
from benchmarks.paths import ENCODER
from benchmarks.translation.sentences import sentence_pairs
from benchmarks.turns import Measured, in_turns, progress, quiet, times_faster
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.models.manifest import Model
from crosslabel.projection.interface import TextPair
from crosslabel.projection.links.embedding import EmbeddingAligner
from crosslabel.projection.links.encoder import TransformerEncoder

RANDOM_LAYER = 8
"""The layer that simalign recommends for encoders of that size."""

Links = list[Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoder in single precision, and the pairs it is measured on."""

    name: str
    folder: str
    layer: int
    pairs: list[TextPair]


def main() -> None:
    """Time both aligners and write the figures."""
    given = _options()
    quiet()
    model = encoder_model(ENCODER)
    results: dict[str, Any] = {
        "model": ENCODER, "fingerprint": model.fingerprint, "method": "itermax",
        "device": given.device, "turns": given.turns,
        "machine": machine(given.device, "simalign"), "rows": [],
    }
    threads = sorted({given.threads} if given.device == "cuda" else {1, given.threads})
    with tempfile.TemporaryDirectory() as copies:
        for candidate in candidates(model, Path(copies), given):
            for number in threads:
                progress(f"{candidate.name}, {len(candidate.pairs)} pairs, {number} threads")
                with limited(number):
                    results["rows"].append(row(candidate, given.device, given.turns, number))
    save(results, "align", given.output)


def candidates(model: Model, copies: Path, given: argparse.Namespace) -> Iterator[Candidate]:
    """Yield the shipped encoder and a random large one."""
    pairs = [pair.words(number) for number, pair in enumerate(sentence_pairs(given.pairs))]
    tokenizer = AutoTokenizer.from_pretrained(model.path)
    # simalign computes in the precision of the file.
    shipped = AutoModel.from_pretrained(model.path, dtype=torch.float32)
    layer = TransformerEncoder(str(model.path)).layer
    yield Candidate(ENCODER, _saved(shipped, tokenizer, copies / "shipped"), layer, pairs)
    if given.random_pairs:
        folder = _saved(random_encoder(tokenizer), tokenizer, copies / "random")
        few = pairs[:given.random_pairs]
        yield Candidate("random, 12 layers of 768", folder, RANDOM_LAYER, few)


def random_encoder(tokenizer: Any) -> XLMRobertaModel:
    """Return a random encoder of XLM-R base size over the vocabulary of ``tokenizer``."""
    torch.manual_seed(0)
    return XLMRobertaModel(XLMRobertaConfig(
        vocab_size=len(tokenizer), hidden_size=768, num_hidden_layers=12, num_attention_heads=12,
        intermediate_size=3072, max_position_embeddings=514, type_vocab_size=1,
        pad_token_id=tokenizer.pad_token_id,
    ))


def _saved(model: Any, tokenizer: Any, folder: Path) -> str:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def limited(threads: int) -> AbstractContextManager[Any]:
    """Return a context in which torch and the libraries under numpy use ``threads`` threads."""
    torch.set_num_threads(threads)
    context: AbstractContextManager[Any] = threadpool_limits(limits=threads)
    return context


def row(candidate: Candidate, device: str, turns: int, threads: int) -> dict[str, Any]:
    """Return figures of both aligners on all pairs, and the cost of a pair from a tenth of them."""
    pairs = candidate.pairs
    few = pairs[::10]
    ours, theirs = batched(candidate, device), one_by_one(candidate, device)
    ours(few[:8])
    theirs(few[:8])
    measured = in_turns({
        "crosslabel, few": lambda: ours(few), "simalign, few": lambda: theirs(few),
        "crosslabel": lambda: ours(pairs), "simalign": lambda: theirs(pairs),
    }, turns)
    links = zip(measured["crosslabel"].output, measured["simalign"].output, strict=True)
    cost = {
        name: costs(measured[f"{name}, few"], measured[name], len(few), len(pairs))
        for name in ("crosslabel", "simalign")
    }
    return {
        "encoder": candidate.name, "layer": candidate.layer, "threads": threads,
        "pairs": len(pairs), "few_pairs": len(few), "equal_links": sum(a == b for a, b in links),
        **{name: measured[name].figures(pairs=len(pairs)) | cost[name] for name in cost},
        "times_faster": times_faster(measured["crosslabel"], measured["simalign"]),
        "goal": 5.0,
    }


def costs(few: Measured, many: Measured, fewer: int, more: int) -> dict[str, dict[str, float]]:
    """Return milliseconds per pair and per call, by the straight line through the best turns."""
    def line(low: float, high: float) -> dict[str, float]:
        marginal = (high - low) / (more - fewer)
        fixed = low - fewer * marginal
        return {"per_pair": round(1000 * marginal, 4), "per_call": round(1000 * fixed, 2)}

    small, large = few.best(), many.best()
    return {
        "wall_milliseconds": line(small.wall, large.wall),
        "processor_milliseconds": line(small.processor, large.processor),
    }


def batched(candidate: Candidate, device: str) -> Callable[[list[TextPair]], Links]:
    """Return our aligner; each run uses a fresh one, so that nothing is remembered."""
    encoder = TransformerEncoder(candidate.folder, layer=candidate.layer, device=device)
    return lambda pairs: [
        links.pairs.tolist() for links in EmbeddingAligner(encoder).align(pairs)
    ]


def one_by_one(candidate: Candidate, device: str) -> Callable[[list[TextPair]], Links]:
    """Return the aligner of the simalign package, called as its documentation shows."""
    peer = SentenceAligner(
        candidate.folder, matching_methods="i", device=device, layer=candidate.layer
    )

    def links(pair: TextPair) -> Links:
        words = (list(pair.source.surface()), list(pair.target.surface()))
        return [list(link) for link in peer.get_word_aligns(*words)["itermax"]]

    return lambda pairs: [links(pair) for pair in pairs]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed of the aligner beside simalign.")
    add = parser.add_argument
    add("--pairs", type=int, default=3000)
    add("--random-pairs", type=int, default=200, help="for the random encoder; 0 leaves it out")
    add("--device", choices=("cpu", "cuda"), default="cpu")
    add("--threads", type=int, default=os.cpu_count() or 1, help="of the rows with several threads")
    add("--turns", type=int, default=3)
    add("--output", type=Path, help="JSON file instead of results/align.json and speed.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
