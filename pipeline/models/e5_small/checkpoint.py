"""The checkpoint of transformers: a stock ``XLMRobertaModel`` without a pooler, in float32.

The network is that of BERT. As XLM-R it differs in two things: its positions begin two rows later,
after the id of the padding, and it has a single type, of which the file's first row is the
embedding.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crosslabel.pipeline.models.e5_small import tokenizer
from crosslabel.pipeline.models.e5_small.packed_file import Dimensions, PackedModel
from crosslabel.pipeline.storage.files import committed

_SHIFT = 2
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}
"""Name of each part of a layer in transformers, by its name in the file."""
_HEADER_UNIT = 8

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor of the checkpoint.

    Attributes:
        name: in transformers.
        stored: its name in the file.
        shape: numbers beyond it are left out.
        zeros: rows of zeros before it, which count in its shape.
    """

    name: str
    stored: str
    shape: tuple[int, ...]
    zeros: int = 0

    @property
    def bytes(self) -> int:
        return 4 * int(np.prod(self.shape))


def write(model: PackedModel, folder: Path, report: Report) -> dict[str, str]:
    """Write the checkpoint and its tokenizer into a folder.

    Args:
        model: the opened file of the package.
        report: called with the bytes of weights that are written, and all of them.

    Returns:
        The sha256 of each file, by its name.
    """
    pieces = model.pieces
    fast = tokenizer.built(pieces).to_str()
    settings = {"tokenizer_class": "PreTrainedTokenizerFast",
                "model_max_length": model.dimensions.positions,
                **tokenizer.special_tokens(pieces)}
    return {
        "config.json": _write_text(folder / "config.json", _readable(_config(model))),
        "tokenizer_config.json": _write_text(folder / "tokenizer_config.json",
                                             _readable(settings)),
        "tokenizer.json": _write_text(folder / "tokenizer.json", fast),
        "model.safetensors": _write_weights(model, folder / "model.safetensors", report),
    }


def _config(model: PackedModel) -> dict[str, Any]:
    sizes, pieces = model.dimensions, model.pieces
    return {
        "architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta",
        "vocab_size": sizes.vocabulary, "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers, "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.inner, "hidden_act": "gelu",
        "max_position_embeddings": sizes.positions + _SHIFT, "type_vocab_size": 1,
        "position_embedding_type": "absolute", "layer_norm_eps": sizes.epsilon,
        "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02, "dtype": "float32",
        "bos_token_id": pieces.bos, "eos_token_id": pieces.eos, "pad_token_id": pieces.pad,
    }


def _tensors(sizes: Dimensions) -> Iterator[_Tensor]:
    width = (sizes.hidden,)
    yield _Tensor("embeddings.word_embeddings.weight", "emb.word", (sizes.vocabulary, *width))
    yield _Tensor("embeddings.position_embeddings.weight", "emb.pos",
                  (sizes.positions + _SHIFT, *width), zeros=_SHIFT)
    yield _Tensor("embeddings.token_type_embeddings.weight", "emb.type", (1, *width))
    yield _Tensor("embeddings.LayerNorm.weight", "emb.ln.w", width)
    yield _Tensor("embeddings.LayerNorm.bias", "emb.ln.b", width)
    for layer in range(sizes.layers):
        for part, name in _LAYER.items():
            yield from _of_part(sizes, f"l{layer}.{part}", f"encoder.layer.{layer}.{name}", part)


def _of_part(sizes: Dimensions, stored: str, name: str, part: str) -> Iterator[_Tensor]:
    output = sizes.inner if part == "fi" else sizes.hidden
    inputs = () if part.endswith("ln") else (sizes.inner if part == "fo" else sizes.hidden,)
    yield _Tensor(f"{name}.weight", f"{stored}.w", (output, *inputs))
    yield _Tensor(f"{name}.bias", f"{stored}.b", (output,))


def _write_weights(model: PackedModel, file: Path, report: Report) -> str:
    """Write a file in the format of safetensors, part by part, and return its sha256."""
    tensors = list(_tensors(model.dimensions))
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
            for part in model.tensor(tensor.stored):
                left -= out.write(part.view(np.uint8)[:left].data)
                report(out.bytes, end)
            assert left == 0, tensor.name
    return out.sha256


def _readable(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write_text(file: Path, text: str) -> str:
    with committed(file) as out:
        out.write(text.encode())
    return out.sha256
