"""Turn a trained Marian model into the shipped folder: CTranslate2 int8 beside fp16 weights."""

import copy
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from ctranslate2.converters import TransformersConverter
from transformers import MarianMTModel, MarianTokenizer

from training.full_precision import open_in_full
from training.manifest import publish
from training.paths import CHECKPOINTS, TRANSLATION
from training.text.corpus import TRANSLATED, sources
from training.translation.vocabulary import TARGETS, Vocabulary

MAX_POSITIONS = 256
MAX_TOKENS = 200
"""Longest source and target in pieces, special tokens included."""


def pack(
    model: MarianMTModel, words: Vocabulary, step: int, seed: int, models: Path,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Path:  # fmt: skip
    """Write the model's folder in `models`, replacing an older one, and return its path.

    `more`: further entries of `model.json`.
    """
    manifest = _manifest(step, seed) | dict(more)
    return write_pack(model, words, CHECKPOINTS / "pieces.model", manifest, models)


def write_pack(
    model: MarianMTModel, words: Vocabulary, pieces: Path, manifest: dict[str, Any], models: Path
) -> Path:
    """Write the folder `models/<name>` of a model; it is made beside `pieces`."""
    checkpoint, folder = pieces.with_name("torch"), pieces.with_name("pack")
    shutil.rmtree(checkpoint, ignore_errors=True)
    checkpoint.mkdir(parents=True)
    _save_tokenizer(words, pieces, checkpoint)
    model.save_pretrained(checkpoint)
    TransformersConverter(str(checkpoint)).convert(str(folder), quantization="int8", force=True)
    for name in ("source.spm", "target.spm"):
        shutil.copy2(checkpoint / name, folder / name)
    _halve(model, words).save_pretrained(checkpoint)
    open_in_full(checkpoint)
    shutil.copytree(checkpoint, folder / "torch")
    return publish(folder, manifest, models)


def _halve(model: MarianMTModel, words: Vocabulary) -> MarianMTModel:
    half = copy.deepcopy(model).cpu().to(torch.float16)
    half.generation_config.bad_words_ids = [[words.pad]]
    half.generation_config.max_length = MAX_TOKENS
    return half


def _save_tokenizer(words: Vocabulary, pieces: Path, folder: Path) -> None:
    for name in ("source.spm", "target.spm"):
        shutil.copy2(pieces, folder / name)
    words.save_json(folder / "vocab.json")
    tokenizer = MarianTokenizer(
        str(folder / "source.spm"), str(folder / "target.spm"), str(folder / "vocab.json"),
        source_lang="en", target_lang=next(iter(words.tags)), model_max_length=MAX_TOKENS,
    )  # fmt: skip
    tokenizer.save_pretrained(folder)


def _manifest(step: int, seed: int) -> dict[str, Any]:
    return {
        "name": TRANSLATION,
        "family": "marian",
        "kind": "translation",
        "languages": {"source": ["en", *TRANSLATED], "target": list(TARGETS)},
        "directions": [d for other in TRANSLATED for d in (["en", other], [other, "en"])],
        "target_tokens": {language: f">>{language}<<" for language in TARGETS},
        "append_eos": True,
        "max_positions": MAX_POSITIONS,
        "max_source_tokens": MAX_TOKENS,
        "max_target_tokens": MAX_TOKENS,
        "quantization": "int8",
        "steps": step,
        "trained_on": sources(TRANSLATED),
        "seed": seed,
    }
