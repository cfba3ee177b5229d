"""Local copies of files in a store, for libraries that read only files on the local disk.

Each is fetched once per process and version, into a temporary folder that ends with the process.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.pipeline.storage import stores
from crosslabel.pipeline.storage.hub_files import address_of, fetched, is_on_hub
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location, is_local
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from upath import UPath

_fetching = threading.Lock()


def local_copy(place: Location) -> Path:
    """Return the local path of a file or folder, fetched first if it is in a store.

    The copy has the name of the original. A missing file gets a path where nothing is. A file on
    the hub is kept in the cache of the hub's client.

    Raises:
        InputError, TransientError: a store or the hub refuses or fails.
    """
    if is_local(place):
        return place
    if is_on_hub(place):
        return fetched(address_of(place))
    with _fetching:
        facts = stores.facts(place)
        if facts is None:
            return _copies() / "nothing" / place.name
        return _folder(place) if facts["type"] == "directory" else _file(place)


@contextmanager
def local_file(place: Location) -> Iterator[Path]:
    """Provide the path that :func:`local_copy` gives; errors in the block name the original."""
    path = local_copy(place)
    with naming(path, place):
        yield path


@contextmanager
def naming(path: Path, place: Location) -> Iterator[None]:
    """Name the original of a local copy in errors that the block raises."""
    try:
        yield
    except InputError as error:
        if is_local(place):
            raise
        raise InputError(str(error).replace(str(path), str(place))) from error


def _file(place: UPath) -> Path:
    path = _copies() / key(str(place), stores.version(place)) / place.name
    if not path.exists():
        _fetch(place, path)
    return path


def _folder(place: UPath) -> Path:
    names = stores.below(place)
    content = {name: stores.version(place / name) for name in names}
    folder = _copies() / key(str(place), content) / place.name
    for name in names:
        if not (folder / name).exists():
            _fetch(place / name, folder / name)
    return folder


def _fetch(place: UPath, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    arriving = path.with_name(f".{path.name}.tmp")
    stores.fetch(place, arriving)
    arriving.replace(path)


@lru_cache(maxsize=1)
def _copies() -> Path:
    """Return the folder of all copies of this process."""
    _KEPT.append(tempfile.TemporaryDirectory(prefix="crosslabel-copies-"))
    return Path(_KEPT[-1].name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
