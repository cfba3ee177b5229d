"""The normalisation of XLM-R in the form that the ``tokenizers`` library takes.

The file has what each single character becomes. The original also composes a letter and a mark that
follows it (``e`` and U+0301 become ``é``): these pairs follow from Unicode. What is compiled is a
double array as Darts-clone stores it: a unit for each byte of a key, which says where its next
bytes are, and the place of the text that a key becomes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from unicodedata import ucd_3_2_0 as unicode_3_2  # the same on every version of Python

_LONGEST = 5
"""In bytes: longer keys are never asked for, because longer clusters are cut into characters."""
_LAST_MARK = 0x36F
_LEAF_BELOW = 1 << 8
_IS_VALUE = 1 << 31
_BYTES = 256

_Node: TypeAlias = dict[int, Any]


def charsmap(characters: Mapping[str, str]) -> bytes:
    """Return the compiled map of a normaliser that maps characters and composes pairs.

    Args:
        characters: what single characters become.
    """
    texts, places = bytearray(), {}
    for key, text in sorted({**dict(_pairs(characters)), **characters}.items()):
        places[key.encode()] = len(texts)
        texts += text.encode() + b"\0"
    units = _double_array(_trie(places))
    return struct.pack(f"<{len(units) + 1}I", 4 * len(units), *units) + bytes(texts)


def _pairs(characters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each pair of a letter and a mark, with the character they compose.

    A letter that is itself mapped, or composed, never begins a pair in the original.
    """
    marks: dict[str, list[str]] = {}
    for code in range(0x300, _LAST_MARK + 1):
        same = _decomposed(chr(code))
        if len(same) == 1:
            marks.setdefault(same, []).append(chr(code))
    for code in range(0x80, 0x10000):
        parts = _decomposed(chr(code))
        if len(parts) != 2 or parts[0] in characters or _decomposed(parts[0]):
            continue
        letter, mark = parts[0], parts[1]
        composed = unicode_3_2.normalize("NFC", parts)
        for written in (mark, *marks.get(mark, ())):
            if len(composed) == 1 and len((letter + written).encode()) <= _LONGEST:
                yield letter + written, composed


def _decomposed(character: str) -> str:
    """Return the canonical decomposition of a character by one step; empty if it has none."""
    fields = unicode_3_2.decomposition(character).split()
    if not fields or fields[0].startswith("<"):
        return ""
    return "".join(chr(int(field, 16)) for field in fields)


def _trie(values: Mapping[bytes, int]) -> _Node:
    """Return nodes by the byte that leads to them; a key's value stands where byte 0 would."""
    root: _Node = {}
    for key, value in values.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[0] = value
    return root


def _double_array(root: _Node) -> list[int]:
    """Return the units of a trie: the unit of the node below is at a node's base XOR the byte.

    No two nodes share a base. Only whole runs of 256 units are added, so that any byte leads to
    a unit.
    """
    array = _Array()
    waiting = [(0, 0, root)]
    while waiting:
        place, byte, node = waiting.pop()
        base = array.base_for(list(node))
        array.units[place] = byte | (_LEAF_BELOW if 0 in node else 0) | (place ^ base) << 10
        for below, content in node.items():
            if below:
                waiting.append((base ^ below, below, content))
            else:
                array.units[base] = _IS_VALUE | content
    return array.units


class _Array:
    """Units, and which of them are taken."""

    def __init__(self) -> None:
        self.units = [0] * _BYTES
        self._taken = bytearray([1, *[0] * (_BYTES - 1)])
        self._bases = {0}  # at the root it means, to readers that check, that the array is broken
        self._first = 1

    def base_for(self, labels: list[int]) -> int:
        """Return an unused base at which the units for these bytes are free, and take them."""
        self._first = self._free(self._first)
        at = self._first
        while not self._fits(base := at ^ labels[0], labels):
            at = self._free(at + 1)
        self._bases.add(base)
        for label in labels:
            self._taken[base ^ label] = 1
        return base

    def _free(self, start: int) -> int:
        """Return the first free place from ``start`` on."""
        place = self._taken.find(0, start)
        if place >= 0:
            return place
        place = len(self.units)
        self.units += [0] * _BYTES
        self._taken += bytes(_BYTES)
        return place

    def _fits(self, base: int, labels: list[int]) -> bool:
        return base not in self._bases and not any(self._taken[base ^ label] for label in labels)
