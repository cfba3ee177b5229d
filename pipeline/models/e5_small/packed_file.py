"""The format of the file that holds the model: dimensions, tables of the tokenizer, tensors.

Numbers are little-endian. In order: the magic ``E5S1`` and a version; the dimensions; the pieces of
the tokenizer with their scores; a map from single characters to what they are normalised to; and a
directory of tensors, which follow it. A tensor is stored in float32, or in blocks of 32 numbers of
four bits (Q4_0): a scale in float16, then 16 bytes whose low halves are the first 16 numbers and
whose high halves the others; a number is its four bits less 8, times the scale.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

_MAGIC = b"E5S1"
_BLOCK = 32
_PACKED_BLOCK = 2 + _BLOCK // 2
_AT_ONCE = 1 << 16
"""Blocks that are unpacked at once, which bounds the memory: 8 MB of float32."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The dimensions of the network.

    Attributes:
        hidden: width of a state.
        layers, heads: their numbers.
        inner: width of the feed-forward part of a layer.
        vocabulary: rows of the word embeddings, more than there are pieces.
        positions: the longest text in tokens.
        types: rows of the type embeddings, of which only the first is used.
        epsilon: of layer norms.
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tables of the tokenizer.

    Attributes:
        scores: log-probability of each piece, in the order of their ids.
        bos, eos, pad, unknown: ids of special pieces.
        characters: what a character is normalised to, where that is another text.
    """

    scores: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unknown: int
    characters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Tensor:
    packed: bool
    count: int
    offset: int
    length: int


class PackedModel:
    """The opened file; see :func:`opened`."""

    def __init__(self, content: Any) -> None:
        reader = _Reader(content)
        if reader.bytes(4) != _MAGIC or reader.one("I") != 1:
            raise ValueError("the file is of another format")
        sizes, (epsilon, block) = reader.take("7i"), reader.take("fi")
        if block != _BLOCK:
            raise ValueError(f"the file has blocks of {block}, not {_BLOCK}")
        self.dimensions = Dimensions(*(*sizes, float(f"{epsilon:.6g}")))
        self.pieces = _pieces(reader)
        self._tensors = dict(_directory(reader))
        self._content = content

    def tensor(self, name: str) -> Iterator[np.ndarray[Any, np.dtype[np.float32]]]:
        """Yield the numbers of a tensor in float32, in parts that fit together."""
        tensor = self._tensors[name]
        stored = np.frombuffer(self._content, np.uint8, tensor.length, tensor.offset)
        if not tensor.packed:
            yield stored.view("<f4")
            return
        blocks = stored.reshape(-1, _PACKED_BLOCK)
        for start in range(0, len(blocks), _AT_ONCE):
            yield _unpacked(blocks[start:start + _AT_ONCE])


@contextmanager
def opened(file: Path) -> Iterator[PackedModel]:
    """Map the file into memory for a block and read all but its tensors."""
    with file.open("rb") as stream:
        yield PackedModel(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


class _Reader:
    """Reads one value after the other."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self._position = 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._content, self._position)
        self._position += struct.calcsize(f"<{form}")
        return values

    def one(self, form: str) -> Any:
        return self.take(form)[0]

    def bytes(self, length: int) -> bytes:
        start, self._position = self._position, self._position + length
        return bytes(self._content[start:self._position])


def _pieces(reader: _Reader) -> Pieces:
    count, bos, eos, pad, unknown = reader.take("5i")
    length = reader.one("Q")
    ends = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    text = reader.bytes(length)
    pieces = (text[start:end].decode() for start, end in pairwise(ends))
    _, length = reader.take("iI")
    return Pieces(tuple(zip(pieces, scores, strict=True)), bos, eos, pad, unknown,
                  dict(_characters(reader.bytes(length))))


def _characters(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the map: a code point, the number of those it becomes, and these."""
    position = 0
    while position < len(content):
        code, length = struct.unpack_from("<IB", content, position)
        to = struct.unpack_from(f"<{length}I", content, position + 5)
        yield chr(code), "".join(map(chr, to))
        position += 5 + 4 * length


def _directory(reader: _Reader) -> Iterator[tuple[str, _Tensor]]:
    for _ in range(reader.one("i")):
        name = reader.bytes(reader.one("H")).decode()
        kind, count, offset, length = reader.take("BIQQ")
        yield name, _Tensor(kind == 1, count, offset, length)


def _unpacked(
    blocks: np.ndarray[Any, np.dtype[np.uint8]]
) -> np.ndarray[Any, np.dtype[np.float32]]:
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    numbers = np.empty((len(blocks), _BLOCK), np.float32)
    numbers[:, : _BLOCK // 2] = nibbles & 15
    numbers[:, _BLOCK // 2:] = nibbles >> 4
    numbers -= 8
    numbers *= scales
    return numbers.reshape(-1)
