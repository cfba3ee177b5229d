"""Tune the translation model to keep markers, and pack it: `python -m training.markers`.

It goes on from the weights and optimiser states that `python -m training.translation` left. The
result is written under `training/checkpoints/previews/`; `--publish` puts it into `data/models/`.
"""

import argparse
import time
from dataclasses import dataclass

import torch
from transformers import MarianMTModel

from pipeline.marker_tuning.learning import Budget, learn
from projection.markers import CONVENTIONS
from training.batches import Batch, batches
from training.corpus import training_corpora
from training.device import Machine, machine_options
from training.loss import tied_cross_entropy
from training.marked_examples import MarkedStream, Mix
from training.names import Names
from training.optimise import LowPrecision, Optimisers
from training.pack_translation import pack
from training.paths import CHECKPOINTS, PREVIEWS
from training.translation import MATRIX_PEAK, PEAK, SIZES, SMOOTHING, new_model
from training.vocabulary import Vocabulary

SEED = 51
CONVENTION = "letters"
MINUTES = 30.0
PLAIN = 0.5
"""Share of the examples without markers."""
RATE = 0.5
"""Highest learning rates, as a share of those the model was trained with."""
WARM_UP = 50
SAVED_EVERY = 5 * 60.0
"""Seconds between previews."""


@dataclass
class TwinLearner:
    """Learns with the gradients of a bfloat16 twin."""

    model: MarianMTModel
    optimisers: Optimisers
    pad: int

    def __post_init__(self) -> None:
        self._low = LowPrecision(self.model)

    def step(self, batch: Batch, rate: float) -> float:
        """The loss of the batch in nats per piece."""
        self._low.pull()
        loss = translation_loss(self._low.twin, batch, self.pad)
        loss.backward()
        self._low.push()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimisers.step(RATE * rate)
        return float(loss.item())


def translation_loss(model: MarianMTModel, batch: Batch, pad: int) -> torch.Tensor:
    """Label-smoothed loss per target id."""
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


def tune(minutes: float, machine: Machine) -> None:
    """Tune for `minutes` and write a preview of the pack every few minutes and at the end."""
    torch.set_num_threads(machine.threads)
    torch.manual_seed(SEED)
    words = Vocabulary(CHECKPOINTS / "pieces.model")
    size = SIZES["small"]
    model = new_model(words, size)
    saved = torch.load(CHECKPOINTS / "translation.pt", weights_only=True)
    model.load_state_dict(saved["model"])
    model.to(machine.device)
    optimisers, trained = Optimisers(model, ".layers.", MATRIX_PEAK, PEAK), saved["progress"][0]
    optimisers.load(saved["optimisers"])
    mix = Mix(CONVENTIONS[CONVENTION], PLAIN)
    stream = MarkedStream(training_corpora(), Names(), words, SEED, mix)
    print(f"{stream.slotted} pairs with names", flush=True)
    feed = batches(stream, 0, size.tokens, words.pad, machine.device)
    learner, checked = TwinLearner(model, optimisers, words.pad), time.monotonic()
    for progress in learn(learner, feed, Budget(minutes=minutes), WARM_UP):
        if progress.step % 25 == 0:
            print(f"{progress.used:5.1%}  step {progress.step}  loss {progress.loss:.3f}",
                  flush=True)
        if time.monotonic() - checked > SAVED_EVERY:
            checked = time.monotonic()
            pack(model, words, trained + progress.step, SEED, PREVIEWS)
    pack(model, words, trained + progress.step, SEED, PREVIEWS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    machine_options(parser)
    given = parser.parse_args()
    tune(given.minutes, Machine(given.device, given.threads))
