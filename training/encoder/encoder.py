"""Train the multilingual encoder: `python -m training.encoder.encoder --minutes 90`.

There are three losses: hidden words of single sentences (masked language modelling), hidden words
of joint pairs (translation language modelling), and similarity at layer `ALIGNED` of words that a
statistical aligner linked. Stopped and started again, it continues from its checkpoint.
"""

import argparse
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn.functional import gelu
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaForMaskedLM

from training.device import Machine, machine_options
from training.encoder.aligned_batches import AlignedBatch, PairSource, aligned_batches
from training.encoder.alignment_loss import alignment_loss
from training.encoder.encoder_start import piece_vectors, position_vectors
from training.encoder.encoder_tokenizer import (
    BEGIN,
    END,
    MAX_LENGTH,
    PAD,
    WordPieces,
    make_tokenizer,
    train_encoder_pieces,
)
from training.manifest import publish
from training.optimise import LowPrecision, Optimisers
from training.paths import CHECKPOINTS, ENCODER, MODELS, PREVIEWS
from training.text.corpus import LANGUAGES, sources
from training.text.names import Names
from training.text.word_links import linked_pairs
from training.translation.loss import tied_cross_entropy

SEED = 21
WIDTH, LAYERS, HEADS, INNER = 256, 4, 4, 768
ALIGNED = 3
"""Layer whose states are trained to align; the one above it serves the hidden words alone."""
POSITIONS = 514
TOKENS = {"cpu": 2400, "cuda": 32_000}
"""Padded ids per batch, both sides together."""
PEAK, MATRIX_PEAK, WARM_UP = 1e-3, 0.01, 100
"""Highest learning rates (Adam; Muon for the matrices) and the steps until they are reached."""
GUESSED = 0.2
"""Weight of the losses of hidden words; it is measured in nats per piece."""
MINUTES = 90.0
"""Total training time."""
SAVE_MINUTES = 5.0


@dataclass
class Progress:
    """The progress of training; `seconds` counts training only."""

    step: int = 0
    seconds: float = 0.0


def new_encoder(vocabulary: int) -> XLMRobertaForMaskedLM:
    """Return an XLM-R of a few layers with its head for hidden words."""
    config = XLMRobertaConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, intermediate_size=INNER,
        max_position_embeddings=POSITIONS, type_vocab_size=1, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, pad_token_id=PAD, bos_token_id=BEGIN, eos_token_id=END,
        layer_norm_eps=1e-5, tie_word_embeddings=True,
    )  # fmt: skip
    return XLMRobertaForMaskedLM(config)


def losses(
    model: XLMRobertaForMaskedLM, batch: AlignedBatch
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the alignment loss (zero without links) and the loss per hidden piece, in nats."""
    output = model.roberta(
        batch.ids, attention_mask=(batch.ids != PAD).long(), output_hidden_states=True
    )
    states = output.hidden_states[ALIGNED].float()
    aligned = states.new_zeros(())
    if batch.links:
        aligned = alignment_loss(states, batch, batch.links)
    hidden = output.last_hidden_state[batch.truth >= 0]
    guesses = model.lm_head.layer_norm(gelu(model.lm_head.dense(hidden)))
    words = model.roberta.embeddings.word_embeddings.weight
    guessed = tied_cross_entropy(guesses, words, batch.truth[batch.truth >= 0], 0.0)
    return aligned, guessed


def train(minutes: float, machine: Machine) -> None:
    """Train for `minutes` in total over all starts, and write the encoder's folder."""
    torch.set_num_threads(machine.threads)
    torch.manual_seed(SEED)
    path, pieces_model = CHECKPOINTS / "encoder.pt", CHECKPOINTS / "encoder-pieces.model"
    if not pieces_model.exists():
        train_encoder_pieces(pieces_model.with_suffix(""), SEED)
    tokenizer = make_tokenizer(pieces_model)
    pieces, pairs = WordPieces(tokenizer), linked_pairs(LANGUAGES)
    model = new_encoder(tokenizer.get_vocab_size())
    if not path.exists():
        embeddings = model.roberta.embeddings
        start = piece_vectors(pairs, pieces, tokenizer.get_vocab_size(), WIDTH)
        embeddings.word_embeddings.weight.data.copy_(start)
        embeddings.position_embeddings.weight.data.copy_(position_vectors(POSITIONS, WIDTH))
    model.to(machine.device)
    optimisers, progress = Optimisers(model, ".layer.", MATRIX_PEAK, PEAK), Progress()
    if path.exists():
        saved = torch.load(path, weights_only=True, map_location=machine.device)
        model.load_state_dict(saved["model"])
        optimisers.load(saved["optimisers"])
        progress = Progress(saved["step"], saved["seconds"])
    print(f"{model.num_parameters()} parameters, {len(pairs)} pairs", flush=True)
    rng = random.Random(f"{SEED}-{progress.step}")
    source = PairSource(pairs, Names(), rng)
    feed = aligned_batches(source, pieces, TOKENS[machine.device], rng)
    _run(model, optimisers, progress, feed, tokenizer, minutes * 60, machine, path)


def _run(
    model: XLMRobertaForMaskedLM, optimisers: Optimisers, progress: Progress,
    feed: Iterator[AlignedBatch], tokenizer: Tokenizer, budget: float, machine: Machine,
    checkpoint: Path,
) -> None:  # fmt: skip
    low, before, kept = LowPrecision(model), time.monotonic(), progress.seconds
    shown = [0.0, 0.0]
    for batch in feed:
        low.pull()
        aligned, guessed = losses(low.twin, batch.to(machine.device))
        (aligned + GUESSED * guessed).backward()
        low.push()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        left = max(1 - progress.seconds / budget, 0.0)
        optimisers.step(min((progress.step + 1) / WARM_UP, 1.0) * left)
        for n, loss in enumerate((aligned, guessed)):
            if loss.item():
                shown[n] = 0.98 * shown[n] + 0.02 * loss.item() if shown[n] else loss.item()
        now = time.monotonic()
        progress = Progress(progress.step + 1, progress.seconds + now - before)
        before = now
        if progress.step % 50 == 0:
            print(
                f"{progress.seconds / 60:6.1f} min  step {progress.step}  "
                f"links {shown[0]:.4f}  hidden words {shown[1]:.3f}",
                flush=True,
            )
        over = progress.seconds >= budget
        if over or progress.seconds - kept > SAVE_MINUTES * 60:
            kept = progress.seconds
            state = {"model": model.state_dict(), "optimisers": optimisers.state()}
            state |= {"step": progress.step, "seconds": progress.seconds}
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
            pack(model, tokenizer, progress.step, MODELS if over else PREVIEWS)
        if over:
            return


def pack(model: XLMRobertaForMaskedLM, tokenizer: Tokenizer, step: int, models: Path) -> Path:
    """Write the encoder's folder in `models`, replacing an older one, and return its path."""
    folder = CHECKPOINTS / "encoder"
    shutil.rmtree(folder, ignore_errors=True)
    half = new_encoder(tokenizer.get_vocab_size())
    half.load_state_dict(model.state_dict())
    half.to(torch.float16).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=MAX_LENGTH, bos_token="<s>",
        eos_token="</s>", cls_token="<s>", sep_token="</s>", unk_token="<unk>",
        pad_token="<pad>", mask_token="<mask>",
    ).save_pretrained(folder)  # fmt: skip
    languages = ["en", *LANGUAGES]
    return publish(folder, {
        "name": ENCODER, "family": "xlm-roberta", "kind": "encoder",
        "languages": {"source": languages, "target": languages},
        "max_positions": POSITIONS, "max_source_tokens": MAX_LENGTH,
        "max_target_tokens": MAX_LENGTH, "layer": ALIGNED, "quantization": "float16",
        "steps": step, "seed": SEED, "trained_on": sources(LANGUAGES),
    }, models)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    machine_options(parser)
    given = parser.parse_args()
    train(given.minutes, Machine(given.device, given.threads))
