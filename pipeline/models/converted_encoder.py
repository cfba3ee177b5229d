"""The conversion of an encoder to CTranslate2, cut to the layer that is used."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.convert import converter_version
from crosslabel.pipeline.models.encoder_engine import write_engine
from crosslabel.pipeline.models.made import made_once
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.models.sentencepieces import sentencepiece_model
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.keys import key
from crosslabel.projection.errors import InputError
from crosslabel.projection.links.converted import FACTS, ConvertedFacts
from crosslabel.projection.links.pieces import FAST, SENTENCEPIECE

_VERSION = 3
"""Counts up when the same checkpoint is converted to other files."""
_FAMILIES = {"bert", "distilbert", "roberta", "xlm-roberta"}
_ACTIVATIONS = {"gelu", "gelu_new", "relu", "silu"}
_SIZES = "sizes.json"


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
    write_engine(checkpoint, model, output)
    _write_tokenizer(tokenizer.backend_tokenizer, output)
    write_json(output / FACTS, asdict(facts))
    write_json(output / _SIZES, _sizes(output))


def _write_tokenizer(tokenizer: Any, output: Path) -> None:
    pieces = sentencepiece_model(json.loads(tokenizer.to_str()))
    if pieces is None:
        tokenizer.save(str(output / FAST))
    else:
        (output / SENTENCEPIECE).write_bytes(pieces)


def _check_ids(checkpoint: Path, tokenizer: Any, model: Any) -> None:
    """Refuse a tokenizer with ids that have no embedding, which CTranslate2 would not notice."""
    rows = model.get_input_embeddings().num_embeddings
    highest = max(tokenizer.get_vocab().values(), default=0)
    if highest >= rows:
        raise InputError(f"{checkpoint}: its tokenizer has the id {highest}, but the model only "
                         f"{rows} embeddings; put back the files that belong together")
