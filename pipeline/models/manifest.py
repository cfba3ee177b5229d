"""The description of a model in ``model.json``, and the model on disk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from crosslabel.pipeline.models.fingerprint import file_hashes, fingerprint
from crosslabel.pipeline.models.routing import Routing
from crosslabel.pipeline.models.torch_checkpoint import torch_checkpoint
from crosslabel.pipeline.storage.files import read_json
from crosslabel.pipeline.storage.keys import canonical
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError

MANIFEST = "model.json"
_NON_COMMERCIAL = re.compile(r"\bnc\b|non-?commercial")

Kind = Literal["translation", "encoder", "labeller"]


class Manifest(Routing):
    """The content of ``model.json``, which describes a model.

    Attributes:
        family: architecture family that fixes how texts become tokens.
        append_eos: whether the caller appends ``</s>`` to the source tokens.
        max_source_tokens, max_target_tokens: limits in tokens, special tokens included.
        layer: hidden layer with which an encoder aligns best.
        markers: name of the convention (:mod:`crosslabel.projection.markers`) that a translation
            model was tuned to keep.
        source, revision: origin of the weights.
        same_translations_as: fingerprint of an earlier version of the model, if nothing that has
            changed since decides a translation: what that version translated stays.
    """

    kind: Kind
    family: str
    append_eos: bool = True
    max_source_tokens: int = 512
    max_target_tokens: int = 512
    layer: int | None = None
    markers: str | None = None
    licence: str = "unknown"
    quantization: str | None = None
    source: str | None = None
    revision: str | None = None
    same_translations_as: str | None = None

    @property
    def files(self) -> Mapping[str, str]:
        """The sha256 of each file beside ``model.json``, for models that state it."""
        stated: Mapping[str, str] = (self.model_extra or {}).get("files", {})
        return stated

    @property
    def warning(self) -> str | None:
        """A warning if the licence forbids commercial use, otherwise ``None``."""
        if not _NON_COMMERCIAL.search(self.licence.lower()):
            return None
        return (f"{self.name}: licence {self.licence}: no commercial use of the model, and ask "
                "before you publish or sell its output")


@dataclass(frozen=True, slots=True)
class Model:
    """A model on disk; models with the same bytes in the same folder are equal.

    Attributes:
        path: its folder.
        fingerprint: key of the bytes of its files.
        manifest: its description.
        checkpoint: folder of its weights for transformers; ``None`` if there are only
            converted weights.
    """

    path: Path
    fingerprint: str
    manifest: Manifest = field(compare=False)
    checkpoint: Path | None = field(default=None, compare=False)

    @property
    def translations_key(self) -> str:
        """The key of everything in the model that decides its translations and their scores.

        It is the fingerprint, or the earlier one that ``model.json`` names. The earlier one does
        not hold for a copy with a file that ``model.json`` does not describe.
        """
        earlier = self.manifest.same_translations_as
        if earlier is None:
            return self.fingerprint
        files = {name: hash for name, hash in file_hashes(self.path).items() if name != MANIFEST}
        return earlier if files == self.manifest.files else self.fingerprint

    def torch_weights(self, lacking: str) -> Path:
        """Return the folder of the weights for transformers.

        Args:
            lacking: consequence of their absence for the message, such as "it cannot be tuned".

        Raises:
            InputError: there are only converted weights.
        """
        if self.checkpoint is None:
            raise InputError(f"{self.manifest.name}: no transformers checkpoint beside the "
                             f"converted model, so {lacking}; put one (config.json, "
                             f"model.safetensors) into {self.path / 'torch'}")
        return self.checkpoint


def describe(path: Path) -> Model:
    """Return the model in a folder that has a ``model.json``.

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
        raise InputError(f"{path / MANIFEST}: {first_problem(error)}") from None
    return Model(path, fingerprint(path), manifest, torch_checkpoint(path))


def describe_as(kind: Kind, path: Path, name: str) -> Model:
    """Return the model in a folder with a ``model.json``, which must be of this kind.

    Raises:
        InputError: it is of another kind, or ``model.json`` is malformed.
    """
    model = describe(path)
    if model.manifest.kind != kind:
        raise InputError(f"{name}: a model of kind {model.manifest.kind!r}, "
                         f"where one of kind {kind!r} is needed")
    return model
