"""The search for models by name: shipped, in a folder, or on the hub.

A plain transformers checkpoint has no ``model.json``: its ``config.json`` describes it, or it is
converted (:mod:`crosslabel.pipeline.models.convert`).
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

from crosslabel.pipeline.models.card import card_licence
from crosslabel.pipeline.models.e5_small import find as e5_small
from crosslabel.pipeline.models.fingerprint import fingerprint
from crosslabel.pipeline.models.hub import HUB_NAME, fetch, resolved_revision
from crosslabel.pipeline.models.manifest import MANIFEST, Manifest, Model, describe, describe_as
from crosslabel.pipeline.models.torch_checkpoint import torch_checkpoint
from crosslabel.pipeline.storage.files import read_json
from crosslabel.pipeline.storage.shipped import MODELS, SUCCESSORS, names
from crosslabel.projection.errors import InputError

_GIVE = "give one of these or a hub name such as Helsinki-NLP/opus-mt-en-de"


@lru_cache(maxsize=32)
def locate(name: str, revision: str | None = None) -> Path:
    """Return the folder of a model: shipped, local, or fetched from the hub into the cache.

    Raises:
        InputError: there is no such model, or the hub cannot be reached.
    """
    try:
        if is_shipped(name):
            return e5_small.find(revision) if name == e5_small.NAME else MODELS / name
        if Path(name).is_dir():
            return Path(name)
        if name in SUCCESSORS:
            raise InputError(f"{name}: ships no more; name {SUCCESSORS[name]} in its place")
    except OSError as error:
        raise InputError(_no_such_model(name, f"nor can it be one ({error.strerror}); {_GIVE}")
                         ) from None
    if not HUB_NAME.fullmatch(name):
        raise InputError(_no_such_model(name, f"nor can it be a hub name; {_GIVE}"))
    try:
        return fetch(name, revision)
    except InputError as error:
        raise InputError(_no_such_model(name, f"and {error.args[0]}")) from error


def is_shipped(name: str) -> bool:
    """Return whether a name is that of a shipped model."""
    return re.fullmatch(r"[\w-][\w.-]*", name) is not None and (MODELS / name).is_dir()


def _no_such_model(name: str, reason: str) -> str:
    shipped = ", ".join(names(MODELS)) or "none"
    return f"{name}: no such model; shipped: {shipped}; no such folder, {reason}"


def encoder_model(name: str, revision: str | None = None) -> Model:
    """Return the encoder of that name; a plain transformers checkpoint will do.

    Raises:
        InputError: there is no such model, or it is not an encoder.
    """
    return _checkpoint("encoder", name, revision)


def labeller_model(name: str, revision: str | None = None) -> Model:
    """Return the labeller of that name; a plain transformers checkpoint will do.

    Raises:
        InputError: there is no such model, or it is not a labeller.
    """
    return _checkpoint("labeller", name, revision)


def _checkpoint(kind: Literal["encoder", "labeller"], name: str, revision: str | None) -> Model:
    path = locate(name, revision)
    if (path / MANIFEST).is_file():
        return describe_as(kind, path, name)
    config = read_json(path / "config.json")
    if not isinstance(config, dict) or "model_type" not in config:
        raise InputError(f"{path}: neither {MANIFEST} nor a transformers config.json is there, "
                         f"so not a model{model_within(path)}")
    manifest = Manifest(name=folder_name(path) if Path(name).is_dir() else name, kind=kind,
                        family=config["model_type"], licence=card_licence(path),
                        revision=resolved_revision(path, revision))
    return Model(path, fingerprint(path), manifest, path)


def folder_name(path: Path) -> str:
    """Return the last part of a path, without the dots that may stand for it."""
    return Path(os.path.abspath(path)).name  # noqa: PTH100 (resolve would follow links)


def model_within(path: Path) -> str:
    """Return a clause that names the model in the folder of a fine-tuning; empty without one."""
    models = sorted(path.glob("*/model/config.json"))  # the student before its teacher
    return f"; give the model within it, {models[0].parent}" if models else ""


def shipped_models() -> list[Model]:
    """Return every model that ships with crosslabel, sorted by name; none is made for it."""
    return [_shipped_model(name) for name in names(MODELS) if (MODELS / name).is_dir()]


def _shipped_model(name: str) -> Model:
    model = describe(MODELS / name)
    if name != e5_small.NAME:
        return model
    place = e5_small.folder()
    return Model(place, place.name, model.manifest, torch_checkpoint(place))
