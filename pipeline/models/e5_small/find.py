"""The folder of ``e5-small`` on this machine: made once from the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from crosslabel.pipeline.models.e5_small import checkpoint, package
from crosslabel.pipeline.models.e5_small.packed_file import opened
from crosslabel.pipeline.models.made import folder_of_made, made_once
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.hub_bars import terminal_bars
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.shipped import MODELS

NAME = "e5-small"
_VERSION = 1
"""Version of the checkpoint's bytes; raised if other code makes others from the same file."""
_MANIFEST, _CARD = "model.json", "README.md"
_DESCRIPTION = MODELS / NAME


def folder() -> Path:
    """Return the folder of the checkpoint, whether it has been made or not."""
    return folder_of_made() / _fingerprint()


def find() -> Path:
    """Return the folder of the checkpoint, made first if it is not there.

    Raises:
        InputError: the package is not there or not whole, or the cache cannot be written.
    """
    made = folder()
    if made.is_dir():
        return made
    file = package.installed()
    assert file
    return made_once(made.name, lambda empty: _make(file, empty))


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
