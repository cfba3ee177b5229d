"""Files that exist whole or not at all.

On the local disk a file is written beside its place, flushed to the disk and renamed; for a store
it is written to a temporary local file and sent in one request. A *marker* that is written after it
says that the file counts (design: temp file, fsync, rename, marker).
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
from crosslabel.pipeline.storage.unfinished import unfinished
from crosslabel.projection.errors import CrosslabelError, DamagedError, InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer


class WrittenFile(io.BufferedWriter):
    """A file that is being written from beginning to end, with the sha256 of its bytes.

    Attributes:
        bytes: number of bytes written so far.
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
        """Hexadecimal sha256 of the bytes written so far."""
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
        explanation = explained(error, file)
        if error.errno is None or type(explanation) is CrosslabelError:  # not the disk's
            raise
        raise explanation from error


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
        with unfinished(temporary), WrittenFile(io.FileIO(temporary, "wb")) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(file)
        _sync_folder(file.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(file: Location, value: Any) -> None:
    """Commit ``value`` as readable JSON; leave a file untouched if it has this content already."""
    content = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    try:
        if read_bytes(file) == content:
            return
    except FileNotFoundError:
        pass
    with committed(file) as out:
        out.write(content)


def read_bytes(file: Location) -> bytes:
    """Return the content of a file.

    Raises:
        FileNotFoundError: there is no such file.
        InputError, StoreError: a store refuses or fails.
    """
    return file.read_bytes() if is_local(file) else stores.read(file)


def read_json(file: Location) -> Any:
    """Return the JSON value in a file, or ``None`` if there is no such file.

    Raises:
        InputError: the file is not JSON.
    """
    try:
        return json.loads(read_bytes(file))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is not JSON ({error}); put back the original file") from None


def read_marker_file(file: Location) -> Any:
    """Return the JSON object in a marker, or ``None`` if the marker is missing or not whole.

    A marker that is not whole commits nothing: its files are made anew.
    """
    try:
        value = json.loads(read_bytes(file))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def damaged(file: Location, problem: str) -> DamagedError:
    """Return the error for a committed file that is damaged."""
    return DamagedError(f"{file}: {problem}; move broken files aside with "
                        "'crosslabel verify --repair' on the output folder, then run the same "
                        "command again")


@contextmanager
def opened(file: Location, digest: str | None = None) -> Iterator[io.BufferedReader]:
    """Open a file for reading, by line or as a whole; one in a store is read in one request.

    Args:
        digest: sha256 that the file must have.

    Raises:
        DamagedError: the file has another sha256.
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
    """Open an Arrow stream file by memory map; one in a store is read in one request.

    Args:
        digest: sha256 that the file must have. Checking a part of 2048 texts takes a quarter of the
            time of making Python strings of it, and both are negligible beside projecting them.

    Raises:
        DamagedError: the file has another sha256, is not an Arrow stream, or is compressed.
    """
    import pyarrow as pa

    try:
        with (pa.memory_map(str(file)) if is_local(file)
              else pa.BufferReader(stores.read(file))) as source:
            if digest is not None:
                _check(file, hashlib.sha256(source.read_buffer()).hexdigest(), digest)
            if largest_unpacked(source):  # by someone else, and to any size
                raise damaged(file, "is compressed, but crosslabel never compresses its files")
            yield pa.ipc.open_stream(source)
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) not in (None, ENOENT):  # the disk's, not the file's
            raise
        raise damaged(file, f"is not a whole Arrow stream ({str(error).splitlines()[0]})") from None


def _check(file: Location, actual: str, digest: str) -> None:
    if actual != digest:
        raise damaged(file, "is not what was written: its sha256 is not the one in its marker")


def sha256(file: Location) -> str:
    """Return the hexadecimal sha256 of a file."""
    with opened(file) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def size(place: Location) -> int | None:
    """Return the size of a file in bytes, or ``None`` if it does not exist."""
    if is_local(place):
        try:
            return place.stat().st_size if place.is_file() else None
        except FileNotFoundError:  # it was deleted in between
            return None
    facts = stores.facts(place)
    return int(facts["size"]) if facts is not None and facts["type"] == "file" else None


def is_file(place: Location) -> bool:
    """Return whether a file exists."""
    return size(place) is not None


def remove(*files: Location) -> None:
    """Delete files; missing files are no error."""
    for file in files:
        if is_local(file):
            file.unlink(missing_ok=True)
    stores.delete(file for file in files if not is_local(file))


def move(file: Location, target: Location) -> None:
    """Move a file within the local disk or a store; in a store it exists twice for a moment."""
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
