"""Find models by name and say what they are.

A name is looked up as a shipped model, then as a folder, then on the hub. What a model is stands in
its ``model.json``; a plain transformers checkpoint has none and is converted or used as it is.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.shipped import MODELS, names
from pipeline.storage import key, read_json, sha256
from projection.errors import InputError

MANIFEST = "model.json"
_HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")


class Languages(BaseModel):
    """Languages by side; empty when the model does not say."""

    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


class Manifest(BaseModel):
    """What ``model.json`` says about a model.

    Attributes:
        family: architecture family that fixes how texts become tokens.
        target_tokens: first source token by target language, for models with several.
        append_eos: whether the caller appends ``</s>`` to the source tokens.
        max_source_tokens, max_target_tokens: limits in tokens, special tokens included.
        layer: hidden layer an encoder aligns best with.
        source, revision: where the weights came from.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    kind: Literal["translation", "encoder"]
    family: str
    languages: Languages = Languages()
    target_tokens: dict[str, str] = Field(default_factory=dict)
    append_eos: bool = True
    max_source_tokens: int = 512
    max_target_tokens: int = 512
    layer: int | None = None
    licence: str = "unknown"
    quantization: str | None = None
    source: str | None = None
    revision: str | None = None

    def expect_source(self, lang: str) -> None:
        """Raise an InputError unless the model translates from ``lang`` (or does not say)."""
        if self.languages.source and lang not in self.languages.source:
            known = ", ".join(self.languages.source)
            raise InputError(f"{self.name}: does not translate from {lang!r}; it knows: {known}")

    def prefix(self, lang: str) -> list[str]:
        """Source tokens that ask for translation into ``lang``.

        Raises:
            InputError: the model does not translate into ``lang``.
        """
        if lang in self.target_tokens:
            return [self.target_tokens[lang]]
        if not self.target_tokens and lang in (self.languages.target or (lang,)):
            return []
        known = ", ".join(self.target_tokens or self.languages.target)
        raise InputError(f"{self.name}: does not translate into {lang!r}; it knows: {known}")


@dataclass(frozen=True, slots=True)
class Model:
    """A model on disk: its folder, what it is, and a fingerprint of its bytes."""

    path: Path
    manifest: Manifest
    fingerprint: str


def cache_folder() -> Path:
    """``$CROSSLABEL_CACHE``, by default the platform's cache folder."""
    return Path(os.environ.get("CROSSLABEL_CACHE") or platformdirs.user_cache_dir("crosslabel"))


@lru_cache(maxsize=32)
def locate(name: str, revision: str | None = None) -> Path:
    """Folder of a model: shipped, local, or fetched from the hub into the cache.

    Raises:
        InputError: there is no such model, or the hub cannot be reached.
    """
    shipped = MODELS / name
    if re.fullmatch(r"[\w-][\w.-]*", name) and shipped.is_dir():
        return shipped
    if Path(name).is_dir():
        return Path(name)
    if _HUB_NAME.fullmatch(name):
        return _fetch(name, revision)
    raise InputError(_no_such_model(name, "nor can it be a hub name"))


def _no_such_model(name: str, hub: str) -> str:
    shipped = ", ".join(names(MODELS)) or "none"
    return (f"{name}: no such model; shipped: {shipped}; no such folder, {hub}; "
            "give one of these or a hub name such as Helsinki-NLP/opus-mt-en-de")


def _fetch(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        path = snapshot_download(
            name,
            revision=revision,
            cache_dir=cache_folder() / "hub",
            allow_patterns=["*.json", "*.safetensors", "*.bin", "*.spm", "*.model", "*.txt"],
        )
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(_no_such_model(name, f"and the hub did not give it ({first})")) from None
    return Path(path)


def locate_encoder(name: str) -> str:
    """Folder of the encoder of that name, checked to be one."""
    return str(encoder_model(name).path)


@lru_cache(maxsize=32)
def fingerprint(path: Path) -> str:
    """Key of every file in a model folder; documentation does not count."""
    files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix != ".md")
    return key({str(p.relative_to(path)): sha256(p) for p in files})


def describe(path: Path) -> Model:
    """The model in a folder that has a ``model.json``.

    Raises:
        InputError: ``model.json`` is missing or malformed.
    """
    values = read_json(path / MANIFEST)
    if values is None:
        raise InputError(f"{path}: no {MANIFEST}; make the folder with 'crosslabel models convert'")
    try:
        manifest = Manifest.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{path / MANIFEST}: {where}: {first['msg']}") from None
    return Model(path, manifest, fingerprint(path))


def encoder_model(name: str, revision: str | None = None) -> Model:
    """The encoder of that name; a plain transformers checkpoint describes itself.

    Raises:
        InputError: there is no such model, or it is no encoder.
    """
    path = locate(name, revision)
    if (path / MANIFEST).is_file():
        return describe_as("encoder", path, name)
    config = read_json(path / "config.json")
    if not isinstance(config, dict) or "model_type" not in config:
        raise InputError(f"{path}: neither {MANIFEST} nor a transformers config.json is there, "
                         "so not a model")
    manifest = Manifest(name=Path(name).name if Path(name).is_dir() else name, kind="encoder",
                        family=config["model_type"], revision=revision)
    return Model(path, manifest, fingerprint(path))


def describe_as(kind: str, path: Path, name: str) -> Model:
    """The model in a folder with a ``model.json``, which must be of this kind.

    Raises:
        InputError: it is of another kind, or ``model.json`` is malformed.
    """
    model = describe(path)
    if model.manifest.kind != kind:
        raise InputError(f"{name}: a model of kind {model.manifest.kind!r}, "
                         f"where one of kind {kind!r} is needed")
    return model


def shipped_models() -> list[Model]:
    """Every model that ships with crosslabel, by name."""
    return [describe(MODELS / name) for name in names(MODELS) if (MODELS / name).is_dir()]
