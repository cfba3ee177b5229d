"""The conversion of transformers checkpoints to CTranslate2: tokenizers and weights.

The converter of CTranslate2 4.8 expects checkpoints as transformers 4 wrote them. Where
transformers 5 differs, this module supplies the missing parts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.tokenizers import FAST, SOURCE, TARGET
from crosslabel.pipeline.storage.files import read_json
from crosslabel.projection.errors import InputError, first_line

_PIECES = "sentencepiece.bpe.model"
_TOKENIZERS = (FAST, "spiece.model", _PIECES)
_NEEDED = {"marian": ("vocab.json", SOURCE, TARGET), "m2m100": ("vocab.json", _PIECES)}


@dataclass(frozen=True)
class CheckpointTokenizer:
    """The vocabulary (token to id) of a checkpoint, and a function that saves its tokenizer."""

    vocabulary: dict[str, int]
    save: Callable[[Path], None]


def load_tokenizer(family: str, checkpoint: Path) -> CheckpointTokenizer:
    """Return a checkpoint's tokenizer as :mod:`crosslabel.pipeline.models.tokenizers` reads it.

    Raises:
        InputError: its files are missing or broken.
    """
    for file in _NEEDED.get(family, ()):
        if not (checkpoint / file).is_file():
            raise InputError(f"{file} is missing, the download may be incomplete")
    if family == "marian":
        vocabulary = read_json(checkpoint / "vocab.json")
        return CheckpointTokenizer(vocabulary, _copies(checkpoint, (SOURCE, TARGET)))
    if not any((checkpoint / file).is_file() for file in _TOKENIZERS):
        # transformers would invent an empty tokenizer.
        raise InputError(f"no {' or '.join(_TOKENIZERS)}, the download may be incomplete")
    tokenizer = _transformers_tokenizer(checkpoint)
    if family == "m2m100":
        return CheckpointTokenizer(_with_languages(tokenizer), _copies(checkpoint, (_PIECES,) * 2))
    if not tokenizer.is_fast:
        raise InputError("it has no tokenizer.json and cannot be converted to one")
    fast = tokenizer.backend_tokenizer
    return CheckpointTokenizer(tokenizer.get_vocab(), lambda folder: fast.save(str(folder / FAST)))


def _copies(checkpoint: Path, files: tuple[str, str]) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        for file, name in zip(files, (SOURCE, TARGET), strict=True):
            shutil.copy2(checkpoint / file, folder / name)

    return save


def _transformers_tokenizer(checkpoint: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(checkpoint)
    except Exception as error:  # a broken file surfaces as almost any type
        raise InputError(f"its tokenizer cannot be loaded: {first_line(error)}") from error


def _with_languages(tokenizer: Any) -> dict[str, int]:
    """Return the vocabulary of an M2M100 tokenizer with the language tokens that it omits."""
    vocabulary: dict[str, int] = tokenizer.get_vocab() | tokenizer.lang_token_to_id
    return vocabulary


def run_converter(family: str, checkpoint: Path, output: Path, quantization: str) -> None:
    """Write the CTranslate2 form of a checkpoint into the new folder ``output``.

    Raises:
        InputError: the converter fails; the message has the first line of its error.
    """
    from ctranslate2.converters import TransformersConverter

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, name: str, **options: Any) -> Any:
            model = super().load_model(model_class, name, **options)
            if family == "mbart50":
                # Facts of the architecture that only old configurations state.
                model.config.normalize_before = model.config.normalize_embedding = True
                model.config.tokenizer_class = "MBart50Tokenizer"
            if family == "t5":
                # transformers 5 calls every T5 tied; another field says whether outputs are scaled.
                model.config.tie_word_embeddings = model.config.scale_decoder_outputs
            return model

        def load_tokenizer(self, tokenizer_class: Any, name: str, **options: Any) -> Any:
            tokenizer = super().load_tokenizer(tokenizer_class, name, **options)
            if family == "m2m100":
                vocabulary = _with_languages(tokenizer)
                tokenizer.get_vocab = lambda: vocabulary
            return tokenizer

    try:
        Converter(str(checkpoint)).convert(str(output), quantization=quantization)
    except Exception as error:
        # The converter raises errors of any type; their first line helps most.
        first = first_line(error)
        raise InputError(f"{checkpoint}: CTranslate2 could not convert it: {first}") from error
    if family == "mbart50":
        _name_bos(output / "config.json")


def _name_bos(path: Path) -> None:
    """Set ``bos_token`` to mBART-50's ``<s>`` if it is missing, so that the model can be loaded."""
    config = json.loads(path.read_text("utf-8"))
    config["bos_token"] = config.get("bos_token") or "<s>"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
