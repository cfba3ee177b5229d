"""Turn a transformers checkpoint into a CTranslate2 folder with a ``model.json``."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import langcodes

from pipeline.models import (
    MANIFEST,
    Manifest,
    Model,
    cache_folder,
    describe,
    describe_as,
    fingerprint,
    locate,
)
from pipeline.storage import key, read_json, write_json
from projection.errors import InputError

FAMILIES = ("marian",)
_TAG = re.compile(r">>([\w@-]+)<<")


def translation_model(name: str, revision: str | None = None) -> Model:
    """The translation model of that name, converted into the cache first if it needs to be.

    Args:
        name: shipped name, CTranslate2 folder, transformers checkpoint or hub name.
        revision: hub revision.

    Raises:
        InputError: there is no such model, or it does not translate.
    """
    path = locate(name, revision)
    if (path / MANIFEST).is_file():
        return describe_as("translation", path, name)
    if (path / "model.bin").is_file():
        raise InputError(f"{path}: a CTranslate2 folder without {MANIFEST}, so its tokenizer is "
                         "not known; convert the original checkpoint with "
                         "'crosslabel models convert'")
    target = cache_folder() / "converted" / key(fingerprint(path), _converter_version(), name)
    if not (target / MANIFEST).is_file():
        convert(path, target, name=name, revision=revision)
    return describe(target)


def _converter_version() -> str:
    import ctranslate2

    return str(ctranslate2.__version__)


def convert(
    checkpoint: Path,
    output: Path,
    *,
    name: str,
    revision: str | None = None,
    quantization: str = "float16",
) -> Manifest:
    """Convert a checkpoint; ``output`` appears only when everything in it is complete.

    Raises:
        InputError: not a checkpoint, an unsupported family, or the converter's own refusal.
    """
    manifest = _manifest(checkpoint, name, revision, quantization)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".convert-") as folder:
        temporary = Path(folder) / "model"
        _run_converter(checkpoint, temporary, quantization)
        for file in ("source.spm", "target.spm"):
            shutil.copy2(checkpoint / file, temporary / file)
        write_json(temporary / MANIFEST, manifest.model_dump(mode="json", exclude_none=True))
        try:
            temporary.rename(output)
        except OSError:
            raise InputError(f"{output}: exists already; give another folder") from None
    return manifest


def _run_converter(checkpoint: Path, output: Path, quantization: str) -> None:
    from ctranslate2.converters import TransformersConverter

    try:
        TransformersConverter(str(checkpoint)).convert(str(output), quantization=quantization)
    except Exception as error:
        # The converter raises whatever the checkpoint provokes; its first line is what helps.
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(f"{checkpoint}: CTranslate2 could not convert it: {first}") from error


def _manifest(checkpoint: Path, name: str, revision: str | None, quantization: str) -> Manifest:
    config = read_json(checkpoint / "config.json")
    if not isinstance(config, dict):
        raise InputError(f"{checkpoint}: no config.json, so not a transformers checkpoint")
    family = config.get("model_type")
    if family not in FAMILIES:
        raise InputError(f"{checkpoint}: model family {family!r} is not supported for translation; "
                         f"supported: {', '.join(FAMILIES)}")
    for file in ("vocab.json", "source.spm", "target.spm"):
        if not (checkpoint / file).is_file():
            raise InputError(f"{checkpoint}: {file} is missing, the download may be incomplete")
    tokens = _target_tokens(read_json(checkpoint / "vocab.json"))
    limit = int(config.get("max_position_embeddings") or 512)
    return Manifest.model_validate({
        "name": name,
        "kind": "translation",
        "family": family,
        "languages": _languages(read_json(checkpoint / "tokenizer_config.json") or {}, tokens),
        "target_tokens": tokens,
        "max_source_tokens": limit,
        "max_target_tokens": limit,
        "quantization": quantization,
        "source": name,
        "revision": revision,
    })


def _target_tokens(vocabulary: dict[str, int]) -> dict[str, str]:
    """``>>deu<<`` style tokens by BCP-47 tag, in order of the vocabulary."""
    tokens: dict[str, str] = {}
    for token in sorted(vocabulary, key=lambda t: vocabulary[t]):
        match = _TAG.fullmatch(token)
        if match and langcodes.tag_is_valid(match[1]):
            tokens.setdefault(langcodes.standardize_tag(match[1]), token)
    return tokens


def _languages(tokenizer: dict[str, Any], tokens: dict[str, str]) -> dict[str, list[str]]:
    def known(tag: object) -> list[str]:
        valid = isinstance(tag, str) and langcodes.tag_is_valid(tag)
        return [langcodes.standardize_tag(str(tag))] if valid else []

    return {
        "source": known(tokenizer.get("source_lang")),
        "target": list(tokens) or known(tokenizer.get("target_lang")),
    }
