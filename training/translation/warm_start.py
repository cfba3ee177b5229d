"""A new vocabulary for the weights of a parent model.

Pieces that the parent has keep its vectors; the others get the mean of the vectors of the pieces
whose words they are linked with most (Zoph et al. 2016, Transfer learning for low-resource neural
machine translation; Minixhofer, Paischer and Rekabsaz 2022, WECHSEL, §3, with word links in place
of bilingual word vectors).
"""

import json
from pathlib import Path

import torch
from transformers import MarianConfig, MarianMTModel

from training.translation.translation import Size, new_model, take_weights
from training.translation.vocabulary import Vocabulary

_TOKENS = 1600
"""Padded ids per batch on its longer side."""
_NEIGHBOURS = 10
_SHARPNESS = 10.0
_NOISE = 0.3
"""Share of random noise, so that linked pieces can become different."""


def size_of(folder: Path) -> Size:
    """Return the dimensions of the model in `folder` (in the form of transformers)."""
    config = MarianConfig.from_pretrained(folder)
    return Size(config.d_model, config.encoder_attention_heads, config.encoder_layers,
                config.decoder_layers, _TOKENS)


def warm_start(words: Vocabulary, parent: Path, vectors: torch.Tensor) -> MarianMTModel:
    """Return a model with the layers of `parent` and a vector for every piece of `words`.

    `vectors`: (vocabulary, n) unit vectors in which linked pieces are similar.
    """
    size = size_of(parent)
    model = new_model(words, size)
    take_weights(model, words, parent)
    pieces = json.loads((parent / "vocab.json").read_text(encoding="utf-8"))
    known = torch.tensor([piece in pieces for piece in words.ids])
    weight = model.model.shared.weight.data
    weight[~known] = borrowed(weight[known], vectors[known], vectors[~known])
    weight[words.pad] = 0.0
    share = known.float().mean()
    print(f"{len(words)} pieces, {share:.0%} of them known to {parent.parent.name}", flush=True)
    return model


def borrowed(known: torch.Tensor, theirs: torch.Tensor, ours: torch.Tensor) -> torch.Tensor:
    """Return (n, width) vectors for new pieces from the (m, width) vectors `known`.

    `theirs` (m, d), `ours` (n, d): unit vectors that say which pieces are linked.
    """
    near = (ours @ theirs.T).topk(min(_NEIGHBOURS, len(theirs)))
    weights = (_SHARPNESS * near.values).softmax(-1)
    mean = (weights[..., None] * known[near.indices]).sum(1)
    mixed = mean / mean.std() + _NOISE * torch.randn_like(mean)
    return mixed * known.std() / mixed.std()
