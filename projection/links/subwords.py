"""The sub-words of sentences that are given as words, cut by a tokenizer of the tokenizers library.

A word is cut by itself, as SimAlign does, but characters of a script without spaces that stand as
words of their own are cut as the text they are: a tokenizer has learned from text, and a model is
at its best with the pieces that it has learned from. Such a piece covers several words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from crosslabel.projection.links.states import Subwords, Words
from crosslabel.projection.scripts import is_unspaced_character


def cut(tokenizer: Any, sentences: Sequence[Words]) -> list[Subwords]:
    """Return the sub-words of each sentence, without special tokens; equal runs are cut once."""
    runs = [[sentence[start:end] for start, end in _runs(sentence)] for sentence in sentences]
    distinct = list(dict.fromkeys(run for of_sentence in runs for run in of_sentence))
    encoded = tokenizer.encode_batch(
        [["".join(run)] for run in distinct], is_pretokenized=True, add_special_tokens=False
    )
    pieces = {
        run: (encoding.ids, _words(len(run), encoding))
        for run, encoding in zip(distinct, encoded, strict=True)
    }
    return [_joined(of_sentence, [pieces[run] for run in of_sentence]) for of_sentence in runs]


def _runs(sentence: Words) -> Iterator[tuple[int, int]]:
    """Yield the ranges of words that are cut as one text."""
    start = 0
    for end in range(1, len(sentence) + 1):
        if end == len(sentence) or not (_is_text(sentence[end - 1]) and _is_text(sentence[end])):
            yield start, end
            start = end


def _is_text(word: str) -> bool:
    return len(word) == 1 and is_unspaced_character(word)


def _words(count: int, encoding: Any) -> list[tuple[int, int]]:
    """Return the words of a run that each piece covers; several words are single characters."""
    if count == 1:
        return [(0, 1)] * len(encoding.ids)
    return [(min(start, count - 1), max(end, start + 1)) for start, end in encoding.offsets]


def _joined(
    runs: Sequence[Words], pieces: Sequence[tuple[list[int], list[tuple[int, int]]]]
) -> Subwords:
    ids = [number for numbers, _ in pieces for number in numbers]
    words = np.array([place for _, places in pieces for place in places], np.int32).reshape(-1, 2)
    before = np.cumsum([0, *map(len, runs)])[:-1]
    lengths = [len(numbers) for numbers, _ in pieces]
    return Subwords(ids, words + np.repeat(before, lengths).astype(np.int32)[:, None])
