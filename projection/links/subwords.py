"""The sub-words of sentences that are given as words.

A word is cut by itself, as SimAlign does, but characters of a script without spaces that stand as
words of their own are cut as the text they are: a tokenizer has learned from text, and a model is
at its best with the pieces that it has learned from. Such a piece covers several words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.links.pieces import Pieces, Tokenizer
from crosslabel.projection.links.states import Subwords, Words
from crosslabel.projection.scripts import is_unspaced_character


def cut(tokenizer: Tokenizer, sentences: Sequence[Words]) -> list[Subwords]:
    """Return the sub-words of each sentence, without special tokens; equal runs are cut once."""
    runs = [[sentence[start:end] for start, end in _runs(sentence)] for sentence in sentences]
    distinct = dict.fromkeys(run for of_sentence in runs for run in of_sentence)
    subwords = _of_words(tokenizer, [run for run in distinct if len(run) == 1])
    subwords |= _of_text(tokenizer, [run for run in distinct if len(run) > 1])
    return [_joined(of_sentence, [subwords[run] for run in of_sentence]) for of_sentence in runs]


def _runs(sentence: Words) -> Iterator[tuple[int, int]]:
    """Yield the ranges of words that are cut as one text."""
    start = 0
    for end in range(1, len(sentence) + 1):
        if end == len(sentence) or not (_is_text(sentence[end - 1]) and _is_text(sentence[end])):
            yield start, end
            start = end


def _is_text(word: str) -> bool:
    return len(word) == 1 and is_unspaced_character(word)


def _of_words(tokenizer: Tokenizer, runs: Sequence[Words]) -> dict[Words, Subwords]:
    cuts = tokenizer.ids([word for [word] in runs])
    return {run: Subwords(ids, np.tile(np.array([0, 1], np.int32), (len(ids), 1)))
            for run, ids in zip(runs, cuts, strict=True)}


def _of_text(tokenizer: Tokenizer, runs: Sequence[Words]) -> dict[Words, Subwords]:
    cuts = tokenizer.pieces(["".join(run) for run in runs])
    return {run: Subwords(pieces.ids, _covered(pieces, len(run)))
            for run, pieces in zip(runs, cuts, strict=True)}


def _covered(pieces: Pieces, count: int) -> NDArray[np.int32]:
    """Return the characters that each piece covers, at least one; each is a word."""
    covered = [(min(start, count - 1), max(end, start + 1)) for start, end in pieces.ranges]
    return np.array(covered, np.int32).reshape(-1, 2)


def _joined(runs: Sequence[Words], subwords: Sequence[Subwords]) -> Subwords:
    ids = [number for of_run in subwords for number in of_run.ids]
    words = np.concatenate([np.empty((0, 2), np.int32), *(of_run.words for of_run in subwords)])
    before = np.cumsum([0, *map(len, runs)])[:-1].astype(np.int32)
    return Subwords(ids, words + np.repeat(before, [len(s.ids) for s in subwords])[:, None])
