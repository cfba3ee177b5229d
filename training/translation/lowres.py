"""Train a small translation model for another language, starting from an earlier model.

`python -m training.translation.lowres --bitext en-sw.tsv.gz --languages en sw --out FOLDER` makes a
model of both directions from tab-separated pairs, English first. A recipe can name the folder.
`--dev` measures the model, `--without` leaves out pairs that occur in test sets.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import MarianMTModel

from crosslabel.pipeline.marker_tuning.learning import Budget, learn
from training.batches import Batch, batches
from training.device import Machine, machine_options
from training.manifest import ATTRIBUTION
from training.optimise import LowPrecision, Optimisers
from training.paths import MODELS, TRANSLATION
from training.text.bitext import read_bitext, without_tests
from training.text.corpus import Corpus, Pair
from training.text.names import Names
from training.text.word_links import link
from training.translation.evaluate_translation import Test, quality
from training.translation.examples import Shares, Stream
from training.translation.guide import Guide
from training.translation.pack_translation import MAX_POSITIONS, MAX_TOKENS, write_pack
from training.translation.translate import PackedTranslator
from training.translation.translation import GUIDED, MATRIX_PEAK, PEAK, link_vectors, losses
from training.translation.vocabulary import Vocabulary, train_unigram
from training.translation.warm_start import size_of, warm_start

SEED = 7
MINUTES = 55.0
WARM_UP = 150
RATE = 0.7
"""Peak learning rates, as a share of the peaks that the parent was trained with."""
SHARES = Shares(templates=0.0, joined=0.1)
CHECK_EVERY = 0.2
"""Share of the minutes between previews."""
_CHECKED = 30
"""Pairs of the development set that a preview is measured on."""


@dataclass(frozen=True)
class Job:
    """A model to make: its languages (English first), parent, folder, licence and text."""

    languages: tuple[str, str]
    parent: Path
    out: Path
    licence: str
    trained_on: str
    dev: Path | None = None

    @property
    def pieces(self) -> Path:
        """The file of the sentencepiece model."""
        return self.out.with_name(f"{self.out.name}.work") / "pieces.model"

    def manifest(self, step: int) -> dict[str, Any]:
        """Return the content of `model.json`."""
        english, other = self.languages
        return {
            "name": self.out.name, "family": "marian", "kind": "translation",
            "languages": {"source": [english, other], "target": [other, english]},
            "target_tokens": {name: f">>{name}<<" for name in (other, english)},
            "append_eos": True, "max_positions": MAX_POSITIONS, "max_source_tokens": MAX_TOKENS,
            "max_target_tokens": MAX_TOKENS, "quantization": "int8", "steps": step,
            "trained_on": [self.trained_on], "parent": self.parent.name, "seed": SEED,
            "licence": self.licence, "attribution": [*ATTRIBUTION, self.trained_on],
        }  # fmt: skip


class GuidedLearner:
    """A learner with the gradients of a bfloat16 twin; an attention head follows the guide."""

    def __init__(self, model: MarianMTModel, pad: int, guide: Guide) -> None:
        self._model, self._pad, self._guide = model, pad, guide
        self._optimisers = Optimisers(model, ".layers.", MATRIX_PEAK, PEAK)
        self._low = LowPrecision(model)

    def step(self, batch: Batch, rate: float) -> float:
        """Learn from a batch and return its loss in nats per piece; the guide fades with `rate`."""
        self._low.pull()
        loss, guided = losses(self._low.twin, batch, self._pad, self._guide)
        (loss + GUIDED * rate * guided).backward()
        self._low.push()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimisers.step(RATE * rate)
        return float(loss.item())


def make(job: Job, pairs: list[Pair], minutes: float, machine: Machine) -> Path:
    """Train for `minutes` and write the folder of the model, several times during training."""
    torch.set_num_threads(machine.threads)
    torch.manual_seed(SEED)
    other = job.languages[1]
    words = _vocabulary(job, pairs)
    linked, size = link(pairs, other), size_of(job.parent / "torch")
    vectors = link_vectors(linked, words, job.pieces, size.width)
    model = warm_start(words, job.parent / "torch", vectors).to(machine.device)
    stream = Stream([Corpus("bitext", other, 1.0, pairs)], Names(), words, SEED, SHARES)
    feed = batches(stream, 0, size.tokens, words.pad, machine.device)
    learner = GuidedLearner(model, words.pad, Guide(vectors.to(machine.device)))
    checked = 0.0
    for now in learn(learner, feed, Budget(minutes=minutes), WARM_UP):
        if now.step % 50 == 0:
            print(f"{now.used:6.1%}  step {now.step}  loss {now.loss:.3f}", flush=True)
        if now.used - checked > CHECK_EVERY:
            checked = now.used
            preview = write_pack(model, words, job.pieces, job.manifest(now.step), job.out.parent)
            measure(preview, job, machine, _CHECKED)
    return write_pack(model, words, job.pieces, job.manifest(now.step), job.out.parent)


def _vocabulary(job: Job, pairs: list[Pair]) -> Vocabulary:
    if not job.pieces.exists():
        job.pieces.parent.mkdir(parents=True, exist_ok=True)
        train_unigram((text for pair in pairs for text in pair), job.pieces.with_suffix(""))
    return Vocabulary(job.pieces, job.languages[::-1])


def measure(folder: Path, job: Job, machine: Machine, most: int | None = None) -> None:
    """Print BLEU and chrF of both directions on the development set."""
    if job.dev is None:
        return
    translator = PackedTranslator(folder, machine.threads)
    test = Test.of(read_bitext(job.dev)[:most])
    for source, target in (job.languages, job.languages[::-1]):
        scores = quality(translator, test, source, target)
        print(f"{source}-{target}", json.dumps(scores), flush=True)


def main() -> None:
    """Read the options and the pairs, leave out test sentences, train and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bitext", type=Path, required=True, help="English, tab, other; .gz too")
    parser.add_argument("--languages", nargs=2, required=True, metavar=("en", "LANGUAGE"))
    parser.add_argument("--parent", type=Path, default=MODELS / TRANSLATION)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dev", type=Path, help="pairs to measure on")
    parser.add_argument("--without", type=Path, nargs="*", default=[],
                        help="test sets (JSON lines with tokens) whose sentences are left out")
    parser.add_argument("--licence", default="unknown",
                        help="licence of the text and so of the model")
    machine_options(parser)
    given = parser.parse_args()
    if given.languages[0] != "en":
        parser.error("the first language must be en, the one that the parent knows best")
    job = Job(tuple(given.languages), given.parent, given.out, given.licence, given.bitext.name,
              given.dev)
    read = read_bitext(given.bitext)
    pairs = without_tests(read, given.without)
    print(f"{len(pairs)} pairs, {len(read) - len(pairs)} left out: test sentences", flush=True)
    machine = Machine(given.device, given.threads)
    measure(make(job, pairs, given.minutes, machine), job, machine)


if __name__ == "__main__":
    main()
