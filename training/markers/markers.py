"""Tune the translation model to keep markers, and pack it: `python -m training.markers.markers`.

Tuning continues from the weights and optimiser states that `python -m
training.translation.translation` left. The result is written under
`training/checkpoints/previews/`; `--publish` puts it into `data/models/`.
"""

import argparse
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import MarianMTModel

from crosslabel.pipeline.marker_tuning.learning import Budget, learn
from crosslabel.projection.markers import CONVENTIONS
from training.batches import Batch, batches
from training.device import Machine, machine_options
from training.manifest import publish
from training.markers.marked_examples import MarkedStream, Mix
from training.optimise import LowPrecision, Optimisers
from training.paths import CHECKPOINTS, MODELS, PREVIEWS, TRANSLATION
from training.text.corpus import training_corpora
from training.text.names import Names
from training.translation.loss import tied_cross_entropy
from training.translation.pack_translation import pack
from training.translation.translation import (
    MATRIX_PEAK,
    PEAK,
    SIZES,
    SMOOTHING,
    new_model,
    take_weights,
)
from training.translation.vocabulary import Vocabulary

SEED = 51
CONVENTION = "letters"
MINUTES = 38.0
PLAIN = 0.5
"""Share of the examples without markers."""
RATE = 0.2
"""Peak learning rates, as a share of the peaks that the model was trained with."""
WARM_UP = 50
STEPS_PER_CHUNK = 200
"""Steps counted as a chunk, so that tuning that continues from a preview draws other examples."""
SAVED_EVERY = 5 * 60.0
"""Seconds between previews."""


@dataclass
class TwinLearner:
    """A learner with the gradients of a bfloat16 twin."""

    model: MarianMTModel
    optimisers: Optimisers
    pad: int
    peak: float

    def __post_init__(self) -> None:
        self._low = LowPrecision(self.model)

    def step(self, batch: Batch, rate: float) -> float:
        """Learn from a batch and return its loss in nats per piece."""
        self._low.pull()
        loss = translation_loss(self._low.twin, batch, self.pad)
        loss.backward()
        self._low.push()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimisers.step(self.peak * rate)
        return float(loss.item())


def translation_loss(model: MarianMTModel, batch: Batch, pad: int) -> torch.Tensor:
    """Return the label-smoothed loss per target id."""
    start = torch.full_like(batch.target[:, :1], pad)
    states = model.model(
        input_ids=batch.source,
        attention_mask=(batch.source != pad).long(),
        decoder_input_ids=torch.cat([start, batch.target[:, :-1]], 1),
        use_cache=False,
    ).last_hidden_state
    real = batch.target != pad
    pieces = model.model.shared.weight[:pad]
    return tied_cross_entropy(states[real], pieces, batch.target[real], SMOOTHING)


def tune(minutes: float, machine: Machine, rate: float = RATE, start: Path | None = None) -> None:
    """Tune for `minutes` and write a preview of the pack every few minutes and at the end.

    `rate`: peak learning rates, as a share of the peaks of the earlier training; `start`: weights
    of an earlier preview to continue from.
    """
    torch.set_num_threads(machine.threads)
    torch.manual_seed(SEED)
    words = Vocabulary(CHECKPOINTS / "pieces.model")
    model, optimisers, trained = _trained(words, machine.device, start)
    earlier = marker_facts(start.parent)[1] if start else 0
    mix = Mix(CONVENTIONS[CONVENTION], PLAIN)
    stream = MarkedStream(training_corpora(), Names(), words, SEED, mix)
    print(f"{stream.slotted} pairs with names", flush=True)
    first, tokens = earlier // STEPS_PER_CHUNK, SIZES["small"].tokens
    feed = batches(stream, first, tokens, words.pad, machine.device)
    learner, saved = TwinLearner(model, optimisers, words.pad, rate), time.monotonic()
    for now in learn(learner, feed, Budget(minutes=minutes), WARM_UP):
        if now.step % 25 == 0:
            print(f"{now.used:5.1%}  step {now.step}  loss {now.loss:.3f}", flush=True)
        if time.monotonic() - saved > SAVED_EVERY:
            saved = time.monotonic()
            pack_preview(model, words, trained, earlier + now.step)
    pack_preview(model, words, trained, earlier + now.step)


def _trained(
    words: Vocabulary, device: str, start: Path | None
) -> tuple[MarianMTModel, Optimisers, int]:
    """Return the model, its optimisers, and its number of training steps before tuning."""
    model = new_model(words, SIZES["small"])
    saved = torch.load(CHECKPOINTS / "translation.pt", weights_only=True)
    model.load_state_dict(saved["model"])
    if start:
        take_weights(model, words, start)
    model.to(device)
    optimisers = Optimisers(model, ".layers.", MATRIX_PEAK, PEAK)
    optimisers.load(saved["optimisers"])
    return model, optimisers, int(saved["progress"][0])


def marker_facts(folder: Path) -> tuple[int, int]:
    """Return the steps of training before tuning, and of tuning, of the model in `folder`."""
    stated = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return stated["steps"] - stated["marker_steps"], stated["marker_steps"]


def pack_preview(
    model: MarianMTModel, words: Vocabulary, trained: int, tuned: int, share: float = 1.0
) -> Path:
    """Write a preview; `share`: weight of the tuned model where it was blended with another."""
    stated = {"markers": CONVENTION, "marker_steps": tuned, "tuned_share": share}
    return pack(model, words, trained + tuned, SEED, PREVIEWS, stated)


def publish_preview() -> Path:
    """Put the last preview into `data/models/`."""
    with tempfile.TemporaryDirectory(dir=CHECKPOINTS) as work:
        folder = Path(shutil.copytree(PREVIEWS / TRANSLATION, Path(work) / TRANSLATION))
        manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        (folder / "model.json").unlink()
        return publish(folder, manifest, MODELS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--rate", type=float, default=RATE,
                        help="peak learning rates, as a share of the peaks of the earlier training")
    parser.add_argument("--start", type=Path, help="folder `torch/` of a preview to continue from")
    machine_options(parser)
    parser.add_argument("--publish", action="store_true",
                        help="only put the last preview into data/models/, without tuning")
    given = parser.parse_args()
    if given.publish:
        print(publish_preview())
    else:
        tune(given.minutes, Machine(given.device, given.threads), given.rate, given.start)
