"""The conversion of an encoder to CTranslate2, cut to the layer that is used."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.models.convert import converter_version
from crosslabel.pipeline.models.made import made_once
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.keys import key
from crosslabel.projection.errors import InputError, first_line
from crosslabel.projection.links.converted import FACTS, TOKENIZER, ConvertedFacts

_VERSION = 2
"""Counts up when the same checkpoint is converted to other files."""
_MOST = 64
"""Largest weight in 8 bits. Processors without an instruction for it add two products of a weight
and an activation (at most 255) in 16 bits, which half of the range keeps from overflowing: the
states are the same on all processors, and nearer to those in 32 bits (mean cosine of e5-small on
Chinese 0.9981 in place of 0.9968)."""
_FAMILIES = {"bert", "distilbert", "roberta", "xlm-roberta"}
_ACTIVATIONS = {"gelu", "gelu_new", "relu", "silu"}
_SIZES = "sizes.json"
_SMALLEST = np.float32(1e-30)


def is_convertible(model: Model, layer: int | None) -> bool:
    """Return whether CTranslate2 can compute a layer of an encoder.

    Args:
        layer: as in ``hidden_states``; ``None`` for the layer that the model names.
    """
    config = read_json(model.path / "config.json") or {}
    activation = config.get("hidden_act") or config.get("activation")
    return (config.get("model_type") in _FAMILIES and activation in _ACTIVATIONS
            and config.get("position_embedding_type", "absolute") == "absolute"
            and _wanted(model, layer) != 0)  # the embeddings alone


def converted_encoder(model: Model, layer: int | None) -> Path:
    """Return the folder of an encoder in CTranslate2's format, made in the cache if needed.

    Args:
        model: a transformers checkpoint of a family that CTranslate2 knows.
        layer: the last layer, as in ``hidden_states``; ``None`` for the one that the model names.

    Raises:
        InputError: the checkpoint is broken, has no such layer, or cannot be converted, or the
            cache cannot be written.
    """
    wanted = _wanted(model, layer)
    name = key("encoder", model.fingerprint, wanted, _VERSION, converter_version())
    return made_once(name, partial(_convert, model.path, wanted), _is_whole)


def _wanted(model: Model, layer: int | None) -> int | None:
    return model.manifest.layer if layer is None else layer


def _is_whole(folder: Path) -> bool:
    """Return whether every file of a converted encoder has the size it was written with."""
    try:
        sizes = read_json(folder / _SIZES)
    except InputError:
        return False
    return bool(sizes) and sizes == _sizes(folder)


def _sizes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in folder.iterdir() if file.name != _SIZES}


def _convert(checkpoint: Path, layer: int | None, output: Path) -> None:
    from crosslabel.projection.links.checkpoint import load_encoder, load_tokenizer, special_tokens
    from crosslabel.projection.links.encoder import DEFAULT_LAYER, longest

    model, depth = load_encoder(str(checkpoint), None, layer, DEFAULT_LAYER)
    tokenizer = load_tokenizer(str(checkpoint), None)
    before, after = special_tokens(tokenizer)
    facts = ConvertedFacts(depth, longest(tokenizer, model.config), tokenizer.pad_token_id or 0,
                           before, after)
    _check_ids(checkpoint, tokenizer, model)
    _run_converter(checkpoint, model, output)
    tokenizer.backend_tokenizer.save(str(output / TOKENIZER))
    write_json(output / FACTS, asdict(facts))
    write_json(output / _SIZES, _sizes(output))


def _check_ids(checkpoint: Path, tokenizer: Any, model: Any) -> None:
    """Refuse a tokenizer with ids that have no embedding, which CTranslate2 would not notice."""
    rows = model.get_input_embeddings().num_embeddings
    highest = max(tokenizer.get_vocab().values(), default=0)
    if highest >= rows:
        raise InputError(f"{checkpoint}: its tokenizer has the id {highest}, but the model only "
                         f"{rows} embeddings; put back the files that belong together")


def _run_converter(checkpoint: Path, model: Any, output: Path) -> None:
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
            scale = _MOST / np.maximum(np.abs(weights[name]).max(axis=1), _SMALLEST)
            rounded = np.rint(weights[name] * scale[:, None]).astype(np.int8)
            part.weight, part.weight_scale = NumpyVariable(rounded), NumpyVariable(scale)

    visit_spec(spec, keep)
    spec.optimize("int8")
    visit_spec(spec, replace)


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
