"""Train the English to German and Spanish translation model and pack it.

`python -m training.translation --minutes 57`. Stopped and started again, it goes on from its
checkpoint. The learning rate rises over the first steps and falls linearly with the time used.
"""

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch.nn.functional import normalize
from transformers import MarianConfig, MarianMTModel

from training.batches import Batch, batches
from training.corpus import training_corpora
from training.encoder_start import piece_vectors
from training.encoder_tokenizer import WordPieces, make_tokenizer
from training.examples import Stream
from training.guide import Guide
from training.loss import tied_cross_entropy
from training.names import Names
from training.optimise import LowPrecision, Optimisers
from training.pack_translation import pack
from training.paths import CHECKPOINTS, THREADS
from training.quick_check import quick_check
from training.vocabulary import END, Vocabulary, train_pieces
from training.word_links import linked_pairs

SEED = 20
WIDTH = 192
TOKENS = 2000
"""Padded ids per batch on its longer side."""
PEAK, MATRIX_PEAK, WARM_UP = 2e-3, 0.02, 300
"""Highest learning rates (Adam; Muon for the matrices) and the steps until they are reached."""
SMOOTHING = 0.1
GUIDED = 0.3
"""Weight of the guided attention at the start; it falls to zero."""
MINUTES = 57.0
"""Training time in all."""
CHECK_MINUTES = 9.0
"""Minutes between conversions with a look at real output."""


@dataclass(frozen=True)
class Progress:
    """How far training has come; `seconds` counts training only."""

    step: int = 0
    chunk: int = 0
    seconds: float = 0.0


def new_model(words: Vocabulary) -> MarianMTModel:
    """A Marian model with random weights."""
    config = MarianConfig(
        vocab_size=len(words), d_model=WIDTH, encoder_layers=4, decoder_layers=2,
        encoder_ffn_dim=768, decoder_ffn_dim=768, encoder_attention_heads=6,
        decoder_attention_heads=6, dropout=0.0, activation_function="relu", init_std=0.05,
        max_position_embeddings=256, static_position_embeddings=True, scale_embedding=True,
        share_encoder_decoder_embeddings=True, tie_word_embeddings=True,
        pad_token_id=words.pad, eos_token_id=END, decoder_start_token_id=words.pad,
        forced_eos_token_id=END, bos_token_id=None,
    )  # fmt: skip
    config._attn_implementation = "eager"
    return MarianMTModel(config)


def start_vectors(words: Vocabulary) -> torch.Tensor:
    """(vocabulary, width) unit vectors in which linked pieces are similar, made once."""
    path = CHECKPOINTS / "vectors.pt"
    if not path.exists():
        tokenizer = make_tokenizer(CHECKPOINTS / "pieces.model")
        size = tokenizer.get_vocab_size()
        found = piece_vectors(linked_pairs(), WordPieces(tokenizer), size, WIDTH)
        vectors = normalize(torch.randn(len(words), WIDTH), dim=-1)
        for name, number in words.ids.items():
            at = tokenizer.token_to_id(name)
            if at is not None and not name.startswith("</s>"):
                vectors[number] = found[at]
        torch.save(vectors, path)
    vectors = torch.load(path, weights_only=True)
    vectors[words.pad] = 0.0
    return vectors


def losses(
    model: MarianMTModel, batch: Batch, pad: int, guide: Guide
) -> tuple[torch.Tensor, torch.Tensor]:
    """Label-smoothed loss per target id, and the loss of the guided attention head."""
    start = torch.full((len(batch.target), 1), pad)
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


def train(minutes: float) -> None:
    """Train for `minutes` in all, over every start, and write the final model pack."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    corpora, names = training_corpora(), Names()
    pieces = CHECKPOINTS / "pieces.model"
    if not pieces.exists():
        train_pieces(corpora, names, pieces.with_suffix(""), SEED)
    words = Vocabulary(pieces)
    model, vectors = new_model(words), start_vectors(words)
    model.model.shared.weight.data.copy_(0.7 * vectors)
    optimisers, progress = Optimisers(model, ".layers.", MATRIX_PEAK, PEAK), Progress()
    checkpoint = CHECKPOINTS / "translation.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimisers.load(saved["optimisers"])
        progress = Progress(*saved["progress"])
    stream = Stream(corpora, names, words, SEED)
    _run(model, optimisers, progress, stream, words, Guide(vectors), minutes * 60, checkpoint)


def _run(
    model: MarianMTModel, optimisers: Optimisers, progress: Progress, stream: Stream,
    words: Vocabulary, guide: Guide, budget: float, checkpoint: Path,
) -> None:  # fmt: skip
    size = sum(p.numel() for p in model.parameters())
    print(f"{size} parameters, {stream.slotted} pairs with names", flush=True)
    low = LowPrecision(model)
    running, checked, before = 0.0, progress.seconds, time.monotonic()
    for batch in batches(stream, progress.chunk, TOKENS, words.pad):
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
            quick_check(pack(model, words, progress.step, SEED))
            before = time.monotonic()
        if over:
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
    train(parser.parse_args().minutes)
