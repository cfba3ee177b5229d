"""Compressed files, known by their endings ``.gz``, ``.bz2``, ``.xz``, ``.zst`` and ``.lz4``.

The first bytes of a file have to agree with its ending, so that no file is read as what it is not.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_WINDOW_BYTES
from crosslabel.projection.files.unpacking import Frames, Unpacked

_HEAD_BYTES = 16
_READ_BYTES = 1 << 17


@dataclass(frozen=True, slots=True)
class _Compression:
    """A kind of compression.

    Attributes:
        name: of the program that packs with it.
        endings: of file names; the first one is shown.
        starts: how a packed file begins, any of these.
        open: opens a file for reading.
    """

    name: str
    endings: tuple[str, ...]
    starts: tuple[bytes, ...]
    open: Callable[[Path], IO[bytes]]


def _open_gz(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path))


def _open_bz2(path: Path) -> IO[bytes]:
    return cast(IO[bytes], bz2.open(path))


def _buffered(path: Path, begin: Callable[[], Any]) -> IO[bytes]:
    return BufferedReader(Unpacked(path.open("rb"), begin), _READ_BYTES)


def _open_xz(path: Path) -> IO[bytes]:
    return _buffered(path, lambda: lzma.LZMADecompressor(memlimit=MAX_WINDOW_BYTES))


def _open_zst(path: Path) -> IO[bytes]:
    import zstandard

    return _buffered(path, lambda: Frames(
        zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES).decompressobj()))


def _open_lz4(path: Path) -> IO[bytes]:
    try:
        from lz4.frame import LZ4FrameDecompressor
    except ImportError:
        raise InputError(f"{path}: the module that unpacks lz4 is not installed; pip install lz4, "
                         "or unpack the file") from None
    return _buffered(path, LZ4FrameDecompressor)


_GZIP, _BZIP2, _XZ = bytes.fromhex("1f 8b"), bytes.fromhex("42 5a 68"), bytes.fromhex("fd 37 7a 58")
_LZMA, _ZSTD, _LZ4 = map(bytes.fromhex, ("5d 00 00", "28 b5 2f fd", "04 22 4d 18"))
_SKIPPED_FRAMES = tuple(bytes([0x50 + number]) + bytes.fromhex("2a 4d 18") for number in range(16))
_ZIP = bytes.fromhex("50 4b 03 04")

_KINDS = (
    _Compression("gzip", (".gz",), (_GZIP,), _open_gz),
    _Compression("bzip2", (".bz2",), (_BZIP2,), _open_bz2),
    _Compression("xz", (".xz", ".lzma"), (_XZ, _LZMA), _open_xz),
    _Compression("zstandard", (".zst",), (_ZSTD, *_SKIPPED_FRAMES), _open_zst),
    _Compression("lz4", (".lz4",), (_LZ4,), _open_lz4),
)  # fmt: skip
_BY_ENDING = {ending: kind for kind in _KINDS for ending in kind.endings}

_NEVER_TEXT = {
    _GZIP + bytes([8]): ".gz", _XZ: ".xz", _ZSTD: ".zst", _LZ4: ".lz4",
    **{_BZIP2 + b"%d1AY&SY" % level: ".bz2" for level in range(1, 10)},
}  # fmt: skip
"""How packed files begin and no text does."""

_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".7z", ".rar")
_UNKNOWN = (".snappy", ".sz", ".lzo")


def is_compressed(path: PurePosixPath | Path) -> bool:
    """Return whether the name of a file says that it is compressed."""
    return path.suffix.lower() in _BY_ENDING


def without_compression(name: str) -> str:
    """Return the name of a file without the ending that says how it is compressed."""
    suffix = PurePosixPath(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in _BY_ENDING else name


def check_ending(name: str) -> None:
    """Refuse a file whose name says that it is an archive or packed in a way not known here.

    Raises:
        InputError: it is; the message says what to do instead.
    """
    lower = name.lower()
    if lower.endswith(_ARCHIVES):
        raise InputError(f"{name}: is an archive; unpack it and give the file or folder in it")
    if lower.endswith(_UNKNOWN):
        raise InputError(f"{name}: files packed this way are not read; unpack it, or pack it with "
                         f"{', '.join(kind.name for kind in _KINDS)}")


def open_unpacked(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacked if its name says that it is compressed.

    Reading raises an ``OSError`` or ``EOFError`` where the file is damaged or breaks off.

    Raises:
        InputError: its first bytes contradict its ending, or the module that unpacks it is missing.
        OSError: it cannot be opened.
    """
    check_ending(str(path))
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    kind = _BY_ENDING.get(path.suffix.lower())
    _check_head(path, head, kind)
    return kind.open(path) if kind else path.open("rb")


def _check_head(path: Path, head: bytes, kind: _Compression | None) -> None:
    if head.startswith(_ZIP):
        raise InputError(f"{path}: is a zip archive; unpack it and give the file or folder in it")
    if kind is not None:
        if head and not head.startswith(kind.starts):
            raise InputError(f"{path}: is not packed with {kind.name}, as its ending says; "
                             "rename or fetch it anew")
        return
    for start, ending in _NEVER_TEXT.items():
        if head.startswith(start):
            raise InputError(f"{path}: is packed with {_BY_ENDING[ending].name}, which its ending "
                             f"does not say; name it {path.name}{ending}")
