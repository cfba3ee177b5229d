"""The network of an encoder in CTranslate2's format, in 8-bit numbers."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.storage.files import write_json
from crosslabel.projection.errors import InputError, first_line

_MOST, _MOST_OF_TWO = 127, 128
"""Largest weight in 8 bits, and largest sum of two neighbours without their signs. Processors
without an instruction for 8-bit numbers (VNNI) add the products of two neighbours with activations
up to 255 in 16 bits, which must not overflow: so the states are the same on all processors, and
nearer to those in 32 bits (mean cosine of e5-small on Chinese 0.9989 in place of 0.9968)."""
_SMALLEST = np.float32(1e-30)


def write_engine(checkpoint: Path, model: Any, output: Path) -> None:
    """Write the files of CTranslate2 for a loaded encoder into a folder.

    Args:
        checkpoint: where the encoder was loaded from.
        model: the encoder, which may be changed.

    Raises:
        InputError: the converter fails.
    """
    from ctranslate2.converters import TransformersConverter

    rows = model.get_input_embeddings().num_embeddings
    # A sentence comes as ids, so the engine need not know the tokens.
    tokens = SimpleNamespace(unk_token="<unk>", get_vocab=lambda: {str(n): n for n in range(rows)})

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, *_: Any, **options: Any) -> Any:
            return _expected(model)

        def load_tokenizer(self, *_: Any, **options: Any) -> Any:
            return tokens

        def write(self, folder: Path) -> None:
            spec = self._load()
            spec.validate()
            _in_8_bits(spec)
            spec.save(str(folder))

    try:
        Converter(str(checkpoint)).write(output)
    except Exception as error:  # of any type
        raise InputError(f"{checkpoint}: CTranslate2 could not convert it: {first_line(error)}"
                         ) from error
    write_json(output / "vocabulary.json", ["<unk>"])


def _in_8_bits(spec: Any) -> None:
    """Turn the weights of a converted encoder into 8-bit numbers with a scale per row."""
    from ctranslate2.specs.model_spec import NumpyVariable, visit_spec

    weights: dict[str, NDArray[np.float32]] = {}

    def keep(_: Any, name: str, value: Any) -> None:
        if name.endswith("weight") and "embeddings" not in name:  # these are looked up as they are
            weights[name] = value.to("float32").numpy().copy()

    def replace(part: Any, name: str, _: Any) -> None:
        if name in weights:
            scale = _scale(np.abs(weights[name]))
            rounded = np.rint(weights[name] * scale[:, None]).astype(np.int8)
            part.weight, part.weight_scale = NumpyVariable(rounded), NumpyVariable(scale)

    visit_spec(spec, keep)
    spec.optimize("int8")
    visit_spec(spec, replace)


def _scale(sizes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the largest factor of each row at which its weights, without signs, fit 8 bits."""
    of_two = (sizes[:, 1:] + sizes[:, :-1]).max(axis=1)
    scale: NDArray[np.float32] = np.float32(1) / np.maximum.reduce(
        [sizes.max(axis=1) / _MOST, of_two / _MOST_OF_TWO, np.full(len(sizes), _SMALLEST)])
    return scale


def _expected(model: Any) -> Any:
    """Return an encoder as the converter expects it from transformers 4."""
    model.config.position_embedding_type = "absolute"
    if model.config.model_type == "bert":
        for weight in model.pooler.parameters():  # required, and never used
            weight.data.zero_()
        return model
    model.pooler = None
    if model.config.model_type == "xlm-roberta":
        return SimpleNamespace(config=model.config, roberta=model)
    return model
