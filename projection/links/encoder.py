"""Sub-word states of a transformers encoder; layers above the chosen one are never run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from crosslabel.projection.errors import InputError
from crosslabel.projection.links.checkpoint import load_encoder, load_tokenizer, special_tokens
from crosslabel.projection.links.layer_encoder import LayerEncoder
from crosslabel.projection.links.states import LayerStates, Specials, Subwords, Words, within_words
from crosslabel.projection.links.torch_layer import TorchLayer

DEFAULT_LAYER = 8


class TransformerEncoder(LayerEncoder):
    """Encoder of a local transformers checkpoint folder or a hub name.

    Args:
        name: folder or hub name.
        layer: hidden layer, counted as transformers counts ``hidden_states`` (0 = embeddings).
            By default the layer in the ``model.json`` of the folder, else 8 (as in SimAlign), at
            most the depth of the model.
        device: ``auto``, ``cpu`` or ``cuda``.
        revision: hub revision.
        batch_tokens: sub-words per batch, padding included; 0 chooses by device.

    Raises:
        InputError: the model is missing or broken, has no such layer, or there is no such device.
    """

    def __init__(
        self,
        name: str,
        *,
        layer: int | None = None,
        device: str = "auto",
        revision: str | None = None,
        batch_tokens: int = 0,
    ) -> None:
        tokenizer = load_tokenizer(name, revision)
        wanted = manifest_layer(name) if layer is None else layer
        model, layer = load_encoder(name, revision, wanted, DEFAULT_LAYER)
        states = LayerStates(
            TorchLayer(model, layer, device), longest=longest(tokenizer, model.config),
            pad=tokenizer.pad_token_id or 0, batch_tokens=batch_tokens,
        )
        super().__init__(states, layer, partial(_cut_words, tokenizer),
                         Specials(*special_tokens(tokenizer)))


def _cut_words(tokenizer: Any, sentences: Sequence[Words]) -> list[Subwords]:
    if not sentences:
        return []
    encoded = tokenizer(
        [list(sentence) for sentence in sentences],
        is_split_into_words=True, add_special_tokens=False, truncation=False, verbose=False,
    )
    return [
        within_words(ids, np.asarray(encoding.word_ids, dtype=np.int32))
        for ids, encoding in zip(encoded["input_ids"], encoded.encodings, strict=True)
    ]


def manifest_layer(name: str) -> int | None:
    """Return the layer that ``model.json`` in a model folder names, or ``None`` if it names none.
    """
    path = Path(name) / "model.json"
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_text("utf-8"))
        layer = manifest.get("layer")
    except (ValueError, AttributeError) as error:
        raise InputError(f"{path}: not a JSON object ({error}); restore or remove it") from error
    if layer is not None and (type(layer) is not int or layer < 0):
        raise InputError(f"{path}: 'layer' must be a number from 0 on, not {layer!r}")
    return layer


def longest(tokenizer: Any, config: Any) -> int:
    """Return the longest input of a model in sub-words, special tokens included."""
    positions = getattr(config, "max_position_embeddings", None)
    # RoBERTa-like models lose two positions to an offset; to other models two fewer do not matter.
    limits = [tokenizer.model_max_length, positions - 2 if positions else 512]
    return int(min(limits))
