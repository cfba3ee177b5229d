"""The same model from the hub, for platforms that the package is not made for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.hub import fetch, resolved_revision
from crosslabel.pipeline.models.made import made_once
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.keys import key
from crosslabel.projection.errors import InputError

HUB_MODEL = "intfloat/multilingual-e5-small"
_VERSION = 1
"""Version of what is put around the hub's files."""


def described(manifest: dict[str, Any], revision: str | None) -> Path:
    """Return a folder of the cache with the hub's files and a manifest.

    Its fingerprint follows from the commit, so that it is the same on every machine.

    Args:
        manifest: of the shipped model; the hub's weights are in another form.
        revision: of the hub.

    Raises:
        InputError: the hub does not give the model; the message is the reason.
    """
    checkpoint = fetch(HUB_MODEL, revision)
    config = read_json(checkpoint / "config.json")
    if not isinstance(config, dict) or "model_type" not in config:
        raise InputError(f"{checkpoint}: no config.json that names a model_type, so not a model")
    ours = {name: value for name, value in manifest.items() if name != "quantization"} | {
        "family": config["model_type"], "max_positions": config.get("max_position_embeddings"),
        "revision": resolved_revision(checkpoint, revision),
    }
    return made_once(key(HUB_MODEL, _VERSION, ours), lambda empty: _make(checkpoint, ours, empty))


def _make(checkpoint: Path, manifest: dict[str, Any], empty: Path) -> None:
    for file in checkpoint.iterdir():
        (empty / file.name).symlink_to(file)
    write_json(empty / "model.json", manifest)
