"""Train the small word-alignment encoder: `python -m training.encoder --minutes 28`.

Stopped and started again, it goes on from its checkpoint. It uses the word pieces and the
vectors made for the translation model.
"""

import argparse
import random
import shutil
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

from training.aligned_batches import PairSource, aligned_batches
from training.alignment_loss import alignment_loss
from training.corpus import LANGUAGES
from training.encoder_start import piece_vectors, position_vectors
from training.encoder_tokenizer import MAX_LENGTH, WordPieces, make_tokenizer
from training.manifest import publish
from training.names import Names
from training.optimise import LowPrecision, Optimisers
from training.paths import CHECKPOINTS, ENCODER, THREADS
from training.word_links import linked_pairs

SEED = 21
WIDTH, LAYERS, HEADS = 192, 3, 6
POSITIONS = 514
TOKENS = 3000
"""Padded ids per batch, both sides together."""
PEAK, MATRIX_PEAK, WARM_UP = 1e-3, 0.01, 100
"""Highest learning rates (Adam; Muon for the matrices) and the steps until they are reached."""
MINUTES = 28.0
"""Training time in all."""


def new_encoder(vocabulary: int) -> XLMRobertaModel:
    """An XLM-R of a few layers without pooler."""
    config = XLMRobertaConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, intermediate_size=4 * WIDTH,
        max_position_embeddings=POSITIONS, type_vocab_size=1, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        layer_norm_eps=1e-5,
    )  # fmt: skip
    return XLMRobertaModel(config, add_pooling_layer=False)


def train(minutes: float) -> None:
    """Train for `minutes` in all, over every start, and write the encoder's folder."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    tokenizer = make_tokenizer(CHECKPOINTS / "pieces.model")
    pieces, pairs = WordPieces(tokenizer), linked_pairs()
    model = new_encoder(tokenizer.get_vocab_size())
    optimisers = Optimisers(model, ".layer.", MATRIX_PEAK, PEAK)
    low, budget = LowPrecision(model), minutes * 60
    path, step, seconds = CHECKPOINTS / "encoder.pt", 0, 0.0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimisers.load(saved["optimisers"])
        step, seconds = saved["step"], saved["seconds"]
    else:
        start = piece_vectors(pairs, pieces, tokenizer.get_vocab_size(), WIDTH)
        model.embeddings.word_embeddings.weight.data.copy_(start)
        model.embeddings.position_embeddings.weight.data.copy_(position_vectors(POSITIONS, WIDTH))
    running, before, kept = 0.0, time.monotonic(), seconds
    rng = random.Random(f"{SEED}-{step}")
    for batch in aligned_batches(PairSource(pairs, Names(), rng), pieces, TOKENS, rng):
        low.pull()
        states = low.twin(batch.ids, attention_mask=(batch.ids != 1).long()).last_hidden_state
        loss = alignment_loss(states.float(), batch)
        loss.backward()
        low.push()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        left = max(1 - seconds / budget, 0.0)
        optimisers.step(min((step + 1) / WARM_UP, 1.0) * left)
        running = 0.98 * running + 0.02 * loss.item() if running else loss.item()
        step, now = step + 1, time.monotonic()
        seconds, before = seconds + now - before, now
        if step % 50 == 0:
            print(f"{seconds / 60:6.1f} min  step {step}  loss {running:.4f}", flush=True)
        over = seconds >= budget
        if over or seconds - kept > 240:
            kept = seconds
            state = {"model": model.state_dict(), "optimisers": optimisers.state()}
            torch.save(state | {"step": step, "seconds": seconds}, path.with_suffix(".tmp"))
            path.with_suffix(".tmp").replace(path)
            pack(model, tokenizer, step)
        if over:
            return


def pack(model: XLMRobertaModel, tokenizer: Tokenizer, step: int) -> Path:
    """Write `data/models/encoder-en-de-es`, replacing an older one, and return its path."""
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
    return publish(folder, {
        "name": ENCODER, "family": "xlm-roberta", "kind": "encoder",
        "languages": {"source": ["en"], "target": list(LANGUAGES)},
        "max_positions": POSITIONS, "max_source_tokens": MAX_LENGTH,
        "max_target_tokens": MAX_LENGTH, "layer": LAYERS, "quantization": "float16",
        "steps": step, "seed": SEED,
    })  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    train(parser.parse_args().minutes)
