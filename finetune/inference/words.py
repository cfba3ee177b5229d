"""The words of examples, read back from their windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crosslabel.finetune.inference.examples import Examples, flat
from crosslabel.finetune.reading.columns import Array
from crosslabel.finetune.schema import SPECIAL_WORD

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ExampleWords:
    """The N words of all examples, one after the other.

    Attributes:
        begins: (E + 1,) number of the first word of each example.
        ranges: (N, 2) characters of each word; (-1, -1) for a word that gave no sub-word.
        token: (N,) number of the first sub-word of each word among the tokens of all rows; -1 for
            a word that gave none.
    """

    begins: Array
    ranges: Array
    token: Array

    @property
    def example(self) -> Array:
        """The number of the example of each word (N,)."""
        return np.repeat(np.arange(len(self.begins) - 1), np.diff(self.begins))


def read_words(table: pa.Table, examples: Examples) -> ExampleWords:
    """Find the words of every example in its windows.

    A word that two windows share is read from the first.
    """
    word, sizes = flat(table, "a_word_ids")
    offsets, _ = flat(table, "a_offsets")
    token = np.flatnonzero(word != SPECIAL_WORD)
    word, offsets = word[token].astype(np.int64), offsets.reshape(-1, 2)[token]
    example = np.repeat(examples.of_row, sizes)[token]
    counts = np.zeros(len(examples), np.int64)
    np.maximum.at(counts, example, word + 1)
    begins = np.concatenate([[0], np.cumsum(counts)])
    place, first = np.unique(begins[example] + word, return_index=True)
    starts = np.full(begins[-1], np.iinfo(np.int64).max)
    ends = np.full(begins[-1], -1)
    np.minimum.at(starts, begins[example] + word, offsets[:, 0])
    np.maximum.at(ends, begins[example] + word, offsets[:, 1])
    starts[ends < 0] = -1
    tokens = np.full(begins[-1], -1)
    tokens[place] = token[first]
    return ExampleWords(begins, np.stack([starts, ends], 1), tokens)
