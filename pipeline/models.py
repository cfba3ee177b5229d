"""Find models by name and say what they are.

A name is looked up as a shipped model, then as a folder, then on the hub. What a model is stands in
its ``model.json``; a plain transformers checkpoint has none and is converted or used as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import langcodes
import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.languages import find, refuse
from pipeline.shipped import MODELS, names
from pipeline.storage.files import read_json, sha256
from pipeline.storage.keys import canonical, key
from projection.errors import InputError, first_line

MANIFEST = "model.json"
_HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
_NON_COMMERCIAL = re.compile(r"\bnc\b|non-?commercial")
_WEIGHTS = ("*.safetensors", "*.bin")
_OTHER_FILES = ("*.json", "*.spm", "*.model", "*.txt", "README.md")


class Languages(BaseModel):
    """Languages by side; empty when the model does not say."""

    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


class Manifest(BaseModel):
    """What ``model.json`` says about a model.

    Attributes:
        family: architecture family that fixes how texts become tokens.
        languages: empty where the model does not say.
        directions: pairs of source and target language, where not every combination is meant.
        source_tokens, target_tokens, target_first, text_prefixes: how languages are asked for,
            see :class:`pipeline.families.Prompting`.
        append_eos: whether the caller appends ``</s>`` to the source tokens.
        max_source_tokens, max_target_tokens: limits in tokens, special tokens included.
        layer: hidden layer an encoder aligns best with.
        markers: name of the convention (:mod:`projection.markers`) a translation model was tuned
            to keep.
        source, revision: where the weights came from.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    kind: Literal["translation", "encoder", "labeller"]
    family: str
    languages: Languages = Languages()
    directions: tuple[tuple[str, str], ...] = ()
    source_tokens: dict[str, str] = Field(default_factory=dict)
    target_tokens: dict[str, str] = Field(default_factory=dict)
    target_first: bool = False
    text_prefixes: dict[str, str] = Field(default_factory=dict)
    append_eos: bool = True
    max_source_tokens: int = 512
    max_target_tokens: int = 512
    layer: int | None = None
    markers: str | None = None
    licence: str = "unknown"
    quantization: str | None = None
    source: str | None = None
    revision: str | None = None

    def route(self, source: str, target: str) -> Route:
        """What to put around texts in ``source`` for a translation into ``target``.

        Args:
            source, target: any BCP-47 tags; the model's own nearest ones are taken.

        Raises:
            InputError: the model does not translate in this direction.
        """
        asked = self._language("from", source, self.source_tokens or self.languages.source)
        targets = self.target_tokens or self.text_prefixes or self.languages.target
        wanted = self._language("into", target, targets)
        if self.directions and (asked, wanted) not in self.directions:
            known = ", ".join(f"{a}-{b}" for a, b in self.directions)
            direction = f"{source}-{target}"
            raise InputError(f"{self.name}: does not translate {direction}; it knows: {known}")
        token = [self.target_tokens[wanted]] if self.target_tokens else []
        before = [self.source_tokens[asked]] if self.source_tokens else []
        return Route(
            text=self.text_prefixes.get(wanted, ""),
            source=before if self.target_first else [*before, *token],
            target=token if self.target_first else [],
        )

    def _language(self, direction: str, tag: str, known: Collection[str]) -> str:
        if not langcodes.tag_is_valid(tag):
            raise InputError(f"{tag!r} is not a BCP-47 language tag, for example 'de' or 'pt-BR'")
        found = find(tag, known) if known else tag
        if found is None:
            raise InputError(refuse(self.name, direction, tag, known))
        return found

    @property
    def warning(self) -> str | None:
        """One line where the licence forbids commercial use."""
        if not _NON_COMMERCIAL.search(self.licence.lower()):
            return None
        return (f"{self.name}: licence {self.licence}: no commercial use of the model, and ask "
                "before you publish or sell what it wrote")


class Route(NamedTuple):
    """What goes around a text: words before it, tokens before its tokens, tokens that begin the
    translation."""

    text: str
    source: list[str]
    target: list[str]


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
    try:
        if re.fullmatch(r"[\w-][\w.-]*", name) and shipped.is_dir():
            return shipped
        if Path(name).is_dir():
            return Path(name)
    except OSError as error:
        raise InputError(_no_such_model(name, f"nor can it be one ({error.strerror})")) from None
    if _HUB_NAME.fullmatch(name):
        return _fetch(name, revision)
    raise InputError(_no_such_model(name, "nor can it be a hub name"))


def _no_such_model(name: str, hub: str) -> str:
    shipped = ", ".join(names(MODELS)) or "none"
    return (f"{name}: no such model; shipped: {shipped}; no such folder, {hub}; "
            "give one of these or a hub name such as Helsinki-NLP/opus-mt-en-de")


def _fetch(name: str, revision: str | None) -> Path:
    """Snapshot of a hub model; of its weights the first kind of `_WEIGHTS` that it has."""
    from huggingface_hub import snapshot_download

    for weights in _WEIGHTS:
        try:
            path = Path(snapshot_download(
                name, revision=revision, cache_dir=cache_folder() / "hub",
                allow_patterns=[*_OTHER_FILES, weights],
            ))
        except Exception as error:  # the client and its transport raise dozens of types
            reason = f"and the hub did not give it ({first_line(error)})"
            raise InputError(_no_such_model(name, reason)) from error
        if any(path.glob(weights)):
            break
    return path


def resolved_revision(path: Path, revision: str | None) -> str | None:
    """Commit of a model that was fetched from the hub; otherwise what was asked for."""
    return path.name if path.parent.name == "snapshots" else revision


def card_licence(path: Path) -> str:
    """The licence that a checkpoint's model card states, ``unknown`` if it states none."""
    import yaml

    card = path / "README.md"
    text = card.read_text("utf-8", errors="replace") if card.is_file() else ""
    _, _, rest = text.partition("---\n")
    front, closed, _ = rest.partition("\n---")
    try:
        values = yaml.safe_load(front) if text.startswith("---") and closed else None
    except yaml.YAMLError:
        values = None
    licence = values.get("license") if isinstance(values, dict) else None
    listed = licence if isinstance(licence, list) else [licence]
    return ", ".join(str(one) for one in listed if one) or "unknown"


def locate_encoder(name: str) -> str:
    """Folder of the encoder of that name, checked to be one."""
    return str(encoder_model(name).path)


@lru_cache(maxsize=32)
def fingerprint(path: Path) -> str:
    """Fingerprint of a model that does not change while this process lives."""
    return current_fingerprint(path)


def current_fingerprint(path: Path) -> str:
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
        canonical(values)
        manifest = Manifest.model_validate(values)
    except UnicodeEncodeError as error:
        raise InputError(f"{path / MANIFEST}: {error.object[error.start]!r} is half of a "
                         "character") from None
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
    return _checkpoint("encoder", name, revision)


def labeller_model(name: str, revision: str | None = None) -> Model:
    """The labeller of that name; a plain transformers checkpoint describes itself.

    Raises:
        InputError: there is no such model, or it is no labeller.
    """
    return _checkpoint("labeller", name, revision)


def _checkpoint(kind: Literal["encoder", "labeller"], name: str, revision: str | None) -> Model:
    path = locate(name, revision)
    if (path / MANIFEST).is_file():
        return describe_as(kind, path, name)
    config = read_json(path / "config.json")
    if not isinstance(config, dict) or "model_type" not in config:
        raise InputError(f"{path}: neither {MANIFEST} nor a transformers config.json is there, "
                         "so not a model")
    manifest = Manifest(name=Path(name).name if Path(name).is_dir() else name, kind=kind,
                        family=config["model_type"], licence=card_licence(path),
                        revision=resolved_revision(path, revision))
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
