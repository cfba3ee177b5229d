"""Models of the hub, fetched into the cache."""

from __future__ import annotations

import re
from pathlib import Path

from crosslabel.pipeline.models.cache import cache_folder
from crosslabel.pipeline.models.hub_errors import why_not
from crosslabel.pipeline.storage.hub_bars import terminal_bars
from crosslabel.projection.errors import InputError

HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
_WEIGHTS = ("*.safetensors", "*.bin")
_OTHER_FILES = ("*.json", "*.spm", "*.model", "*.txt", "README.md")


def fetch(name: str, revision: str | None) -> Path:
    """Return the folder of a hub model, fetched with the first kind of weights that it has.

    Raises:
        InputError: the hub does not give it; the message is the reason and the way out.
    """
    from huggingface_hub import snapshot_download

    for weights in _WEIGHTS:
        try:
            path = Path(snapshot_download(
                name, revision=revision, cache_dir=cache_folder() / "hub",
                allow_patterns=[*_OTHER_FILES, weights], tqdm_class=terminal_bars(),
            ))
        except Exception as error:  # the client and its transport raise dozens of types
            raise InputError(why_not(name, revision, error)) from error
        if any(path.glob(weights)):
            break
    return path


def resolved_revision(path: Path, revision: str | None) -> str | None:
    """Return the commit of a model that came from the hub, otherwise ``revision`` as given."""
    return path.name if path.parent.name == "snapshots" else revision
