"""Files that exist whole or not at all.

On the local disk a file is written beside its place, flushed to the disk and renamed; for a store
it is written to a temporary local file and sent in one request. A *marker* written after it says
that it counts (design: temp file, fsync, rename, marker).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.pipeline.storage import stores
from crosslabel.pipeline.storage.arrow_sizes import largest_unpacked
from crosslabel.pipeline.storage.faults import explained
from crosslabel.pipeline.storage.location import Location, is_local
from crosslabel.projection.errors import CrosslabelError, DamagedError, InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer


class WrittenFile(io.BufferedWriter):
    """A file that is being written from its beginning to its end, and the sha256 of its bytes.

    Attributes:
        bytes: written so far.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw)
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, content: Buffer) -> int:
        """Append bytes."""
        self._hash.update(content)
        written = super().write(content)
        self.bytes += written
        return written

    @property
    def sha256(self) -> str:
        """Hexadecimal sha256 of what was written so far."""
        return self._hash.hexdigest()


@contextmanager
def committed(file: Location) -> Iterator[WrittenFile]:
    """Open ``file`` for writing; it appears, whole and for good, only if the block succeeds.

    Raises:
        InputError, TransientError: the disk or the store refuses or fails.
    """
    try:
        with _whole_or_not(file) as out:
            yield out
    except OSError as error:
        found = explained(error, file)
        if error.errno is None or type(found) is CrosslabelError:  # not of the disk
            raise
        raise found from error


@contextmanager
def _whole_or_not(file: Location) -> Iterator[WrittenFile]:
    if not is_local(file):
        with tempfile.TemporaryDirectory(prefix="crosslabel-") as folder:
            copy = Path(folder) / "object"
            with WrittenFile(io.FileIO(copy, "wb")) as out:
                yield out
            stores.send(copy, file)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}.tmp")
    try:
        with WrittenFile(io.FileIO(temporary, "wb")) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(file)
        _sync_folder(file.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(file: Location, value: Any) -> None:
    """Commit ``value`` as readable JSON; a file that says the same already is left untouched."""
    content = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    try:
        if read_bytes(file) == content:
            return
    except FileNotFoundError:
        pass
    with committed(file) as out:
        out.write(content)


def read_bytes(file: Location) -> bytes:
    """The content of a file.

    Raises:
        FileNotFoundError: there is no such file.
        InputError, StoreError: a store refuses or fails.
    """
    return file.read_bytes() if is_local(file) else stores.read(file)


def read_json(file: Location) -> Any:
    """The JSON value in a file, or ``None`` if there is no such file.

    Raises:
        InputError: there is something else in it.
    """
    try:
        return json.loads(read_bytes(file))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is not JSON ({error}); put back what was there") from None


def read_marker_file(file: Location) -> Any:
    """The JSON object that a marker holds; ``None`` if it is not there.

    One that is not whole commits nothing: what it stood for is made anew.
    """
    try:
        value = json.loads(read_bytes(file))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def damaged(file: Location, what: str) -> DamagedError:
    """The error of a committed file that is not what was written."""
    return DamagedError(f"{file}: {what}; 'crosslabel verify --repair' on the output folder moves "
                        "what is broken aside, then run the same command again")


@contextmanager
def opened(file: Location, digest: str | None = None) -> Iterator[io.BufferedReader]:
    """A file open for reading, line by line or as a whole; of a store, read in one request.

    Args:
        digest: sha256 that it must have.

    Raises:
        DamagedError: it has another.
    """
    source: io.BufferedReader = (file.open("rb") if is_local(file)
                                 else io.BufferedReader(io.BytesIO(stores.read(file))))
    with source as content:
        if digest is not None:
            _check(file, hashlib.file_digest(content, "sha256").hexdigest(), digest)
            content.seek(0)
        yield content


@contextmanager
def open_arrow(file: Location, digest: str | None = None) -> Iterator[Any]:
    """The batches of an Arrow stream file, by memory map; of a store, read in one request.

    Args:
        digest: sha256 that it must have. To check a part of 2048 texts takes a quarter of the time
            of making Python strings of it, and both are nothing beside projecting them.

    Raises:
        DamagedError: it has another, or is no Arrow stream, or one that would have to be unpacked.
    """
    import pyarrow as pa

    try:
        with (pa.memory_map(str(file)) if is_local(file)
              else pa.BufferReader(stores.read(file))) as source:
            if digest is not None:
                _check(file, hashlib.sha256(source.read_buffer()).hexdigest(), digest)
            if largest_unpacked(source):  # ours are not; who knows what those of others become
                raise damaged(file, "is compressed, as crosslabel writes nothing")
            yield pa.ipc.open_stream(source)
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) not in (None, ENOENT):  # of the disk, not of the file
            raise
        raise damaged(file, f"is no whole Arrow stream ({str(error).splitlines()[0]})") from None


def _check(file: Location, found: str, digest: str) -> None:
    if found != digest:
        raise damaged(file, "is not what was written: its sha256 is not that of its marker")


def sha256(file: Location) -> str:
    """Hexadecimal sha256 of a file."""
    with opened(file) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def size(place: Location) -> int | None:
    """Bytes of a file; ``None`` if it is not there."""
    if is_local(place):
        try:
            return place.stat().st_size if place.is_file() else None
        except FileNotFoundError:  # it went away in between
            return None
    found = stores.facts(place)
    return int(found["size"]) if found is not None and found["type"] == "file" else None


def is_file(place: Location) -> bool:
    """Whether a file is there."""
    return size(place) is not None


def remove(*files: Location) -> None:
    """Delete files, those that are there."""
    for file in files:
        if is_local(file):
            file.unlink(missing_ok=True)
    stores.delete(file for file in files if not is_local(file))


def move(file: Location, target: Location) -> None:
    """Move a file within the local disk or a store; in a store it is there twice for a moment."""
    if is_local(file) and is_local(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        return
    with committed(target) as out:
        out.write(read_bytes(file))
    remove(file)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
