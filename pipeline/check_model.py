"""Try a model: are its files whole, does it load, what does it do to a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.convert import FAMILIES, translation_model
from pipeline.models import MANIFEST, Model, describe, encoder_model, locate
from pipeline.recipe import Engine, Translation
from pipeline.storage import read_json, sha256
from pipeline.translate import Translator
from projection.errors import InputError


def check_model(name: str, revision: str | None, text: str) -> Iterator[str]:
    """Yield findings line by line.

    Raises:
        InputError: the model is broken; the message says what to do.
    """
    path = locate(name, revision)
    if (path / MANIFEST).is_file():
        _verify_files(describe(path))
        yield "files are whole"
    if _translates(path):
        yield from _check_translator(name, revision, text)
    else:
        yield from _check_encoder(name, revision)


def _translates(path: Path) -> bool:
    if (path / MANIFEST).is_file():
        return describe(path).manifest.kind == "translation"
    config = read_json(path / "config.json") or {}
    return config.get("model_type") in FAMILIES or (path / "model.bin").is_file()


def _verify_files(model: Model) -> None:
    expected = (model.manifest.model_extra or {}).get("files", {})
    for file, digest in expected.items():
        path = model.path / file
        if not path.is_file():
            raise InputError(f"{path}: missing; get the model again")
        if sha256(path) != digest:
            raise InputError(f"{path}: its sha256 is not the one in {MANIFEST}; "
                             "get the model again")


def _check_translator(name: str, revision: str | None, text: str) -> Iterator[str]:
    model = translation_model(name, revision)
    translator = Translator(model, Engine())
    yield f"can translate (CTranslate2 on {translator.device}, {translator.compute_type})"
    for lang in model.manifest.languages.target or ("",):
        result = translator.translate([text], lang, Translation())[0]
        yield f"{lang or 'target'}: {result.text or result.reason}"


def _check_encoder(name: str, revision: str | None) -> Iterator[str]:
    from projection.encoder import TransformerEncoder

    model = encoder_model(name, revision)
    TransformerEncoder(str(model.path))
    yield f"can encode ({model.manifest.family}, layer {model.manifest.layer or 'default'})"
