"""The checkpoint of transformers: a stock ``XLMRobertaModel`` without a pooler, in float32.

The network is that of BERT. As XLM-R it differs in two things: its positions begin two rows later,
after the id of the padding, and it has a single type, of which the first row is the embedding.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crosslabel.pipeline.models.e5_small.tokenizer import SPECIAL_TOKENS
from crosslabel.pipeline.storage.files import committed

_SHIFT = 2
_LAYER = (
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "attention.output.LayerNorm",
    "intermediate.dense", "output.dense", "output.LayerNorm",
)
_HEADER_UNIT = 8

Floats = np.ndarray[Any, np.dtype[np.float32]]
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The dimensions of the network.

    Attributes:
        hidden: width of a state.
        layers, heads: their numbers.
        inner: width of the feed-forward part of a layer.
        vocabulary: rows of the word embeddings, which may be more than there are pieces.
        positions: the longest text in tokens.
        epsilon: of layer norms.
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Network:
    """A network of BERT with the pieces of XLM-R, wherever it is stored.

    Attributes:
        sizes: its dimensions.
        tensor: yields the numbers of a tensor of BERT, by its name in transformers, in parts that
            fit together.
        tokenizer: returns the fast tokenizer.
    """

    sizes: Dimensions
    tensor: Callable[[str], Iterator[Floats]]
    tokenizer: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor of the checkpoint.

    Attributes:
        name: in transformers.
        shape: numbers of BERT's tensor beyond it are left out.
        zeros: rows of zeros before it, which count in its shape.
    """

    name: str
    shape: tuple[int, ...]
    zeros: int = 0

    @property
    def bytes(self) -> int:
        return 4 * int(np.prod(self.shape))


def write(network: Network, folder: Path, report: Report) -> dict[str, str]:
    """Write the checkpoint and its tokenizer into a folder.

    Args:
        network: what it is made from.
        report: called with the bytes of weights that are written, and all of them.

    Returns:
        The sha256 of each file, by its name.
    """
    weights = _write_weights(network, folder / "model.safetensors", report)
    tokenizer = network.tokenizer()
    config = _config(network.sizes, tokenizer)
    settings = {"tokenizer_class": "PreTrainedTokenizerFast",
                "model_max_length": network.sizes.positions, **SPECIAL_TOKENS}
    return {
        "config.json": _write_text(folder / "config.json", _readable(config)),
        "tokenizer_config.json": _write_text(folder / "tokenizer_config.json",
                                             _readable(settings)),
        "tokenizer.json": _write_text(folder / "tokenizer.json", tokenizer.to_str()),
        "model.safetensors": weights,
    }


def _config(sizes: Dimensions, tokenizer: Any) -> dict[str, Any]:
    ids = {f"{kind}_id": tokenizer.token_to_id(SPECIAL_TOKENS[kind])
           for kind in ("bos_token", "eos_token", "pad_token")}
    return {
        "architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta",
        "vocab_size": sizes.vocabulary, "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers, "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.inner, "hidden_act": "gelu",
        "max_position_embeddings": sizes.positions + _SHIFT, "type_vocab_size": 1,
        "position_embedding_type": "absolute", "layer_norm_eps": sizes.epsilon,
        "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02, "dtype": "float32", **ids,
    }


def _tensors(sizes: Dimensions) -> Iterator[_Tensor]:
    width = (sizes.hidden,)
    yield _Tensor("embeddings.word_embeddings.weight", (sizes.vocabulary, *width))
    yield _Tensor("embeddings.position_embeddings.weight", (sizes.positions + _SHIFT, *width),
                  zeros=_SHIFT)
    yield _Tensor("embeddings.token_type_embeddings.weight", (1, *width))
    yield from _with_bias("embeddings.LayerNorm", width)
    for layer in range(sizes.layers):
        for part in _LAYER:
            yield from _with_bias(f"encoder.layer.{layer}.{part}", _shape(sizes, part))


def _shape(sizes: Dimensions, part: str) -> tuple[int, ...]:
    if part.endswith("LayerNorm"):
        return (sizes.hidden,)
    return (sizes.inner if part == "intermediate.dense" else sizes.hidden,
            sizes.inner if part == "output.dense" else sizes.hidden)


def _with_bias(name: str, shape: tuple[int, ...]) -> Iterator[_Tensor]:
    yield _Tensor(f"{name}.weight", shape)
    yield _Tensor(f"{name}.bias", shape[:1])


def _write_weights(network: Network, file: Path, report: Report) -> str:
    """Write a file in the format of safetensors, part by part, and return its sha256.

    Raises:
        ValueError: a tensor is too small for the dimensions.
    """
    tensors = list(_tensors(network.sizes))
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for tensor in tensors:
        header[tensor.name] = {"dtype": "F32", "shape": tensor.shape,
                               "data_offsets": [end, end + tensor.bytes]}
        end += tensor.bytes
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % _HEADER_UNIT)
    with committed(file) as out:
        out.write(len(head).to_bytes(8, "little") + head)
        for tensor in tensors:
            left = tensor.bytes - out.write(bytes(4 * tensor.zeros * tensor.shape[-1]))
            for part in network.tensor(tensor.name):
                left -= out.write(part.view(np.uint8)[:left].data)
                report(out.bytes, end)
            if left:
                raise ValueError(f"{tensor.name} is smaller than {tensor.shape}")
    return out.sha256


def _readable(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write_text(file: Path, text: str) -> str:
    with committed(file) as out:
        out.write(text.encode())
    return out.sha256
