"""Train the translation model between English and German or Spanish, and pack it.

Start it with `python -m training.translation.translation --minutes 100`. Stopped and started again,
it continues from its checkpoint. The learning rate rises over the first steps and falls linearly
with the time used. `--start FOLDER` begins from an earlier model in the form of transformers.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch.nn.functional import normalize
from transformers import MarianConfig, MarianMTModel

from training.batches import Batch, batches
from training.device import Machine, machine_options
from training.optimise import LowPrecision, Optimisers
from training.paths import CHECKPOINTS, MODELS, PREVIEWS
from training.text.corpus import TRANSLATED, training_corpora
from training.text.names import Names
from training.text.word_links import LinkedPair, linked_pairs
from training.translation.examples import Stream
from training.translation.guide import Guide
from training.translation.loss import tied_cross_entropy
from training.translation.pack_translation import pack
from training.translation.piece_vectors import make_tokenizer, piece_vectors
from training.translation.quick_check import quick_check
from training.translation.vocabulary import END, Vocabulary, train_pieces

SEED = 20
PEAK, MATRIX_PEAK, WARM_UP = 2e-3, 0.02, 300
"""Highest learning rates (Adam; Muon for the matrices) and the steps until they are reached."""
SMOOTHING = 0.1
GUIDED = 0.3
"""Weight of the guided attention at the start; it falls to zero."""
MINUTES = 100.0
"""Total training time."""
CHECK_MINUTES = 10.0
"""Minutes between conversions with a look at real output."""


@dataclass(frozen=True)
class Size:
    """Dimensions of the model, and `tokens`: padded ids per batch on its longer side."""

    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    tokens: int


SIZES = {"small": Size(192, 6, 4, 2, 2000), "large": Size(256, 8, 6, 2, 16_000)}
"""The size that a processor trains in an hour or two, and the largest that the pack allows."""


@dataclass(frozen=True)
class Progress:
    """The progress of training; `seconds` counts training only."""

    step: int = 0
    chunk: int = 0
    seconds: float = 0.0


def new_model(words: Vocabulary, size: Size) -> MarianMTModel:
    """Return a Marian model with random weights."""
    config = MarianConfig(
        vocab_size=len(words), d_model=size.width, encoder_layers=size.encoder_layers,
        decoder_layers=size.decoder_layers, encoder_ffn_dim=4 * size.width,
        decoder_ffn_dim=4 * size.width, encoder_attention_heads=size.heads,
        decoder_attention_heads=size.heads, dropout=0.0, activation_function="relu", init_std=0.05,
        max_position_embeddings=256, static_position_embeddings=True, scale_embedding=True,
        share_encoder_decoder_embeddings=True, tie_word_embeddings=True,
        pad_token_id=words.pad, eos_token_id=END, decoder_start_token_id=words.pad,
        forced_eos_token_id=END, bos_token_id=None,
    )  # fmt: skip
    config._attn_implementation = "eager"
    return MarianMTModel(config)


def take_weights(model: MarianMTModel, words: Vocabulary, folder: Path) -> None:
    """Copy the weights of the model in `folder`; pieces it does not know keep their vectors.

    Raises:
        ValueError: its layers differ in number or width.
    """
    earlier = MarianMTModel.from_pretrained(folder, dtype=torch.float32)
    known = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    ours = model.model.shared.weight.data.clone()
    for piece, number in words.ids.items():
        if piece in known:
            ours[number] = earlier.model.shared.weight.data[known[piece]]
    weights = {n: w for n, w in earlier.state_dict().items() if ".layers." in n}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or any(".layers." in name for name in missing):
        raise ValueError(f"{folder}: its layers differ in number or width from the model to train")
    model.model.shared.weight.data.copy_(ours)


def start_vectors(words: Vocabulary, width: int) -> torch.Tensor:
    """Return (vocabulary, width) unit vectors in which linked pieces are similar, made once."""
    path = CHECKPOINTS / f"vectors-{width}.pt"
    if not path.exists():
        pairs = linked_pairs(TRANSLATED)
        torch.save(link_vectors(pairs, words, CHECKPOINTS / "pieces.model", width), path)
    vectors = torch.load(path, weights_only=True)
    vectors[words.pad] = 0.0
    return vectors


def link_vectors(
    pairs: list[LinkedPair], words: Vocabulary, pieces: Path, width: int
) -> torch.Tensor:
    """Return (vocabulary, width) unit vectors in which linked pieces are similar."""
    tokenizer = make_tokenizer(pieces)
    linked = piece_vectors(pairs, tokenizer, width)
    vectors = normalize(torch.randn(len(words), width), dim=-1)
    for name, number in words.ids.items():
        at = tokenizer.token_to_id(name)
        if at is not None and not name.startswith("</s>"):
            vectors[number] = linked[at]
    return vectors


def losses(
    model: MarianMTModel, batch: Batch, pad: int, guide: Guide
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the label-smoothed loss per target id, and the loss of the guided attention head."""
    start = torch.full_like(batch.target[:, :1], pad)
    output = model.model(
        input_ids=batch.source,
        attention_mask=(batch.source != pad).long(),
        decoder_input_ids=torch.cat([start, batch.target[:, :-1]], 1),
        use_cache=False,
        output_attentions=True,
    )
    attention = output.cross_attentions[-1][:, 0]
    guided = guide.loss(attention, batch.source, batch.target, pad)
    real = batch.target != pad
    pieces = model.model.shared.weight[:pad]  # the pad row stays zero: it starts the decoder
    states = output.last_hidden_state[real]
    return tied_cross_entropy(states, pieces, batch.target[real], SMOOTHING), guided


def train(minutes: float, size: Size, machine: Machine, start: Path | None = None) -> None:
    """Train for `minutes` in total over all starts, and write the final model pack."""
    torch.set_num_threads(machine.threads)
    torch.manual_seed(SEED)
    corpora, names = training_corpora(), Names()
    pieces = CHECKPOINTS / "pieces.model"
    if not pieces.exists():
        train_pieces(corpora, names, pieces.with_suffix(""), SEED)
    words = Vocabulary(pieces)
    model, vectors = new_model(words, size), start_vectors(words, size.width)
    model.model.shared.weight.data.copy_(0.7 * vectors)
    if start:
        take_weights(model, words, start)
    model.to(machine.device)
    optimisers, progress = Optimisers(model, ".layers.", MATRIX_PEAK, PEAK), Progress()
    checkpoint = CHECKPOINTS / "translation.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True, map_location=machine.device)
        model.load_state_dict(saved["model"])
        optimisers.load(saved["optimisers"])
        progress = Progress(*saved["progress"])
    stream, guide = Stream(corpora, names, words, SEED), Guide(vectors.to(machine.device))
    print(f"{model.num_parameters()} parameters, {stream.slotted} pairs with names", flush=True)
    feed = batches(stream, progress.chunk, size.tokens, words.pad, machine.device)
    _run(model, optimisers, progress, feed, words, guide, minutes * 60, checkpoint)


def _run(
    model: MarianMTModel, optimisers: Optimisers, progress: Progress, feed: Iterator[Batch],
    words: Vocabulary, guide: Guide, budget: float, checkpoint: Path,
) -> None:  # fmt: skip
    low = LowPrecision(model)
    running, checked, before = 0.0, progress.seconds, time.monotonic()
    for batch in feed:
        low.pull()
        left = max(1 - progress.seconds / budget, 0.0)
        loss, guided = losses(low.twin, batch, words.pad, guide)
        (loss + GUIDED * left * guided).backward()
        low.push()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimisers.step(min((progress.step + 1) / WARM_UP, 1.0) * left)
        running = loss.item() if not running else 0.98 * running + 0.02 * loss.item()
        now = time.monotonic()
        progress = Progress(progress.step + 1, batch.chunk, progress.seconds + now - before)
        before = now
        if progress.step % 25 == 0:
            minutes = progress.seconds / 60
            print(
                f"{minutes:6.1f} min  step {progress.step}  loss {running:.3f}",
                flush=True,
            )
        over = progress.seconds >= budget
        if over or progress.seconds - checked > CHECK_MINUTES * 60:
            checked = progress.seconds
            _save(model, optimisers, progress, checkpoint)
            quick_check(pack(model, words, progress.step, SEED, PREVIEWS))
            before = time.monotonic()
        if over:
            pack(model, words, progress.step, SEED, MODELS)
            return


def _save(model: MarianMTModel, optimisers: Optimisers, progress: Progress, path: Path) -> None:
    next_chunk = replace(progress, chunk=progress.chunk + 1)
    state = {
        "model": model.state_dict(),
        "optimisers": optimisers.state(),
        "progress": (next_chunk.step, next_chunk.chunk, next_chunk.seconds),
    }
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--start", type=Path, help="folder of an earlier model to begin from")
    machine_options(parser)
    given = parser.parse_args()
    train(given.minutes, SIZES[given.size], Machine(given.device, given.threads), given.start)
