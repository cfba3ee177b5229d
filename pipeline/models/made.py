"""Models that are made on this machine, once, from files that are known by their hash.

Each is a folder of the cache that is named by the model's fingerprint. It is made beside its place
and renamed, so that it is there whole or not at all.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from crosslabel.pipeline.models.cache import cache_folder
from crosslabel.pipeline.storage.faults import explained
from crosslabel.pipeline.storage.locks import Locks
from crosslabel.pipeline.storage.unfinished import unfinished

_UNFINISHED = ".unfinished-"


def folder_of_made() -> Path:
    """Return the folder of all models that are made on this machine."""
    return cache_folder() / "made"


def made_once(
    fingerprint: str, make: Callable[[Path], None], is_whole: Callable[[Path], bool] = Path.is_dir
) -> Path:
    """Return the folder of a model, made first if it is not there or no longer whole.

    Of several processes one makes it, and the others wait.

    Args:
        fingerprint: key of all that decides its bytes.
        make: writes its files into an empty folder.
        is_whole: says whether the folder can be used.

    Raises:
        InputError, TransientError: the cache cannot be written.
    """
    folder = folder_of_made() / fingerprint
    if not is_whole(folder):
        try:
            with Locks(folder_of_made() / "locks").wait_for(fingerprint):
                if not is_whole(folder):
                    shutil.rmtree(folder, ignore_errors=True)
                    _make(folder, make)
        except OSError as error:
            raise explained(error, folder) from error
    return folder


def _make(folder: Path, make: Callable[[Path], None]) -> None:
    prefix = f"{_UNFINISHED}{folder.name}-"
    for leftover in folder.parent.glob(f"{prefix}*"):  # of a process that was killed
        shutil.rmtree(leftover)
    with (
        tempfile.TemporaryDirectory(dir=folder.parent, prefix=prefix) as temporary,
        unfinished(Path(temporary)),
    ):
        content = Path(temporary) / "model"
        content.mkdir()
        make(content)
        content.rename(folder)
