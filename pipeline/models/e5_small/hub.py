"""The same model from the hub, for platforms that the package is not made for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from crosslabel.pipeline.models.e5_small.checkpoint import Dimensions, Floats, Network
from crosslabel.pipeline.storage.files import read_json
from crosslabel.projection.errors import InputError, first_line

HUB_MODEL = "intfloat/multilingual-e5-small"
_AT_ONCE = 1 << 14
"""Rows of a tensor that are read at once, which bounds the memory."""


@contextmanager
def opened(checkpoint: Path) -> Iterator[Network]:
    """Open the hub's checkpoint for a block.

    Raises:
        InputError: it is not whole, or not the BERT that it should be.
    """
    from safetensors import SafetensorError, safe_open
    from tokenizers import Tokenizer

    files = [checkpoint / name for name in ("model.safetensors", "tokenizer.json")]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise InputError(f"{checkpoint}: has no {missing[0]}")
    try:
        with safe_open(files[0], "np") as weights:
            yield Network(_dimensions(checkpoint), partial(_tensor, weights),
                          lambda: Tokenizer.from_file(str(files[1])))
    except (SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"{checkpoint}: is not whole ({first_line(error)}); remove the folder "
                         "and run it again") from error


def _dimensions(checkpoint: Path) -> Dimensions:
    config = read_json(checkpoint / "config.json") or {}
    if config.get("model_type") != "bert":
        raise InputError(f"{checkpoint}: its config.json describes no BERT")
    return Dimensions(
        config["hidden_size"], config["num_hidden_layers"], config["num_attention_heads"],
        config["intermediate_size"], config["vocab_size"], config["max_position_embeddings"],
        config["layer_norm_eps"],
    )


def _tensor(weights: Any, name: str) -> Iterator[Floats]:
    rows = weights.get_slice(name)
    count = rows.get_shape()[0]
    for start in range(0, count, _AT_ONCE):
        part = rows[start:min(count, start + _AT_ONCE)]
        yield np.ascontiguousarray(part, np.float32).reshape(-1)
