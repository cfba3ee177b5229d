"""Test data that the corpus must not hold."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.text.same_text import normalised, text_hash
from crosslabel.projection.errors import InputError, at

CODE = "held-out"
RUN = 13
"""Consecutive words that a text may not share with a held-out text (Brown et al., 2020, app. C)."""

Hashes = NDArray[np.uint64]
_ROW_BITS = 40
# Any large odd number: products wrap around at 64 bits.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class HeldOut:
    """Texts that a corpus must not hold: whole ones, and runs of 13 words of them.

    Takes 16 bytes of memory per text and per run. Boilerplate that stands in both counts as well.

    Args:
        files: each file with its rows; texts in another language than the corpus match nothing.

    Raises:
        InputError: a row cannot be read.
    """

    def __init__(self, files: Sequence[tuple[Location, Iterable[Example | Reject]]]) -> None:
        self._files = [file.name for file, _ in files]
        whole, runs = _Places(), _Places()
        for file_number, (file, rows) in enumerate(files):
            for number, row in enumerate(rows, start=1):
                if isinstance(row, Reject):
                    raise InputError(f"{at(file, row.row)}: {row.reasons[0]}; a held-out file must "
                                     "be readable as a whole")
                place = file_number << _ROW_BITS | number
                whole.add(_whole(row), place)
                runs.add(_runs(row), place)
        self._whole, self._runs = whole.sorted(), runs.sorted()

    def reason(self, example: Example) -> str | None:
        """Return why a row is test data, or ``None`` if it is not."""
        place = _find(self._whole, _whole(example))
        if place is not None:
            return f"{CODE}: same text as {self._name(place)}"
        place = _find(self._runs, _runs(example))
        if place is not None:
            return f"{CODE}: {RUN} words in a row as in {self._name(place)}"
        return None

    def _name(self, place: int) -> str:
        row = place & ((1 << _ROW_BITS) - 1)
        return f"row {row} of {self._files[place >> _ROW_BITS]}"


class _Places:
    """The place where each hash was seen."""

    def __init__(self) -> None:
        self._hashes, self._places = array("Q"), array("Q")

    def add(self, hashes: Hashes, place: int) -> None:
        self._hashes.frombytes(hashes.tobytes())
        self._places.extend([place] * len(hashes))

    def sorted(self) -> tuple[Hashes, Hashes]:
        """Return the distinct hashes in order, and the first place of each."""
        hashes, first = np.unique(np.frombuffer(self._hashes, np.uint64), return_index=True)
        return hashes, np.frombuffer(self._places, np.uint64)[first]


def _find(known: tuple[Hashes, Hashes], hashes: Hashes) -> int | None:
    """Return the place of the first hash that is known, or ``None``."""
    distinct, places = known
    if not len(distinct):
        return None
    nearest = np.minimum(np.searchsorted(distinct, hashes), len(distinct) - 1)
    known_hashes = np.flatnonzero(distinct[nearest] == hashes)
    return int(places[nearest[known_hashes[0]]]) if len(known_hashes) else None


def _whole(example: Example) -> Hashes:
    return np.array([text_hash(example, "near")], np.uint64)


def _runs(example: Example) -> Hashes:
    """Hash every run of 13 words of every field: a polynomial in the checksums of the words."""
    runs = [_text_runs(normalised(text).split()) for text in example.fields.values()]
    return np.concatenate(runs)


def _text_runs(words: Sequence[str]) -> Hashes:
    count = max(0, len(words) - RUN + 1)
    sums = np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words],
                    np.uint64)
    hashes = np.zeros(count, np.uint64)
    for step in range(RUN if count else 0):
        hashes = hashes * _FACTOR + sums[step:step + count]
    return hashes
