"""Features for tagging: the words of the first field, cut into sub-words one by one.

The first sub-word of a word carries its label; words that give no sub-word are counted. A row that
is too long is cut into windows at word borders, the same number on both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.finetune.features.options import FeatureOptions
from crosslabel.finetune.features.rows import FeatureRow, UnusableRowError, with_words
from crosslabel.finetune.features.source import Columns, ShardWork
from crosslabel.finetune.features.windows import common_windows
from crosslabel.finetune.features.word_labels import WordLabeller, WordLabels
from crosslabel.finetune.schema import IGNORE, SPECIAL_WORD
from crosslabel.finetune.tokenizer import StudentTokenizer, SubWords

_SPECIAL = 2


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a row in sub-words.

    Attributes:
        ends: number of sub-words before each word, then of all; (words + 1,).
    """

    labels: WordLabels
    sub_words: SubWords
    sizes: NDArray[np.int64]
    ends: NDArray[np.int64]

    def slice(self, cut: Sequence[int], window: int) -> slice:
        """Return the place of a window among the sub-words."""
        return slice(int(self.ends[cut[window]]), int(self.ends[cut[window + 1]]))


def token_columns(rows: Sequence[FeatureRow], work: ShardWork) -> Columns:
    """Yield the columns of every window of every row."""
    options = work.source.options
    capacity = options.max_length - _SPECIAL
    labelled = list(_labelled(rows, work))
    a = _sides([labels for _, labels, _ in labelled], work, capacity)
    b = iter(_sides([labels for *_, labels in labelled if labels], work, capacity))
    for (row, _, labels_b), side_a in zip(labelled, a, strict=True):
        sides = [side_a, next(b)] if labels_b else [side_a]
        cuts = common_windows([side.sizes for side in sides], capacity)
        windows = len(cuts[0]) - 1
        work.counts["rows cut into windows"] += windows > 1
        for window in range(windows):
            slices = [side.slice(cut, window) for side, cut in zip(sides, cuts, strict=True)]
            if windows > 1 and slices[0].start == slices[0].stop:
                work.counts["windows without side a"] += 1
                continue
            yield row, window, _columns(sides, slices, work.tokenizer, options)


def _labelled(rows: Sequence[FeatureRow], work: ShardWork) -> Iterator[_Labelled]:
    labeller = WordLabeller(work.source, work.counts)
    for row in _with_words(rows):
        try:
            yield row, *labeller.sides(row)
        except UnusableRowError as error:
            work.reject(row, error)


_Labelled = tuple[FeatureRow, WordLabels, WordLabels | None]


def _with_words(rows: Sequence[FeatureRow]) -> list[FeatureRow]:
    a = with_words([row.a.example for row in rows])
    b = iter(with_words([row.b.example for row in rows if row.b]))
    return [
        replace(row, a=replace(row.a, example=example),
                b=replace(row.b, example=next(b)) if row.b else None)
        for row, example in zip(rows, a, strict=True)
    ]


def _sides(labels: Sequence[WordLabels], work: ShardWork, capacity: int) -> list[_Side]:
    tokenised = work.tokenizer.words([text.surface() for text in labels])
    return [_side(text, sub_words, capacity, work.counts)
            for text, sub_words in zip(labels, tokenised, strict=True)]


def _side(
    labels: WordLabels, sub_words: SubWords, capacity: int, counts: Counter[str]
) -> _Side:
    sizes = np.bincount(sub_words.words, minlength=len(labels.words.ranges))
    counts["words without tokens"] += int((sizes == 0).sum())
    if sizes.max(initial=0) > capacity:
        counts["words cut"] += int((sizes > capacity).sum())
        sub_words, sizes = _shortened(sub_words, sizes, capacity)
    return _Side(labels, sub_words, sizes, np.concatenate([[0], np.cumsum(sizes)]))


def _shortened(
    sub_words: SubWords, sizes: NDArray[np.int64], capacity: int
) -> tuple[SubWords, NDArray[np.int64]]:
    """Keep at most ``capacity`` sub-words of each word."""
    begins = np.concatenate([[0], np.cumsum(sizes)])[sub_words.words]
    kept = np.arange(len(sub_words.ids)) - begins < capacity
    return (SubWords(sub_words.ids[kept], sub_words.words[kept], sub_words.offsets[kept]),
            np.minimum(sizes, capacity))


def _columns(
    sides: Sequence[_Side],
    slices: Sequence[slice],
    tokenizer: StudentTokenizer,
    options: FeatureOptions,
) -> dict[str, Any]:
    columns: dict[str, Any] = {"b_input_ids": [], "b_token_labels": []}
    for name, side, place in zip("ab", sides, slices, strict=False):
        if name == "b" and place.start == place.stop:
            continue
        columns[f"{name}_input_ids"] = _ids(side.sub_words.ids[place], tokenizer)
        columns[f"{name}_token_labels"] = _at_first(side, place, side.labels.numbers, IGNORE)
    a, place = sides[0], slices[0]
    columns["a_token_weights"] = _at_first(a, place, a.labels.weights, 0.0)
    columns["a_word_ids"] = _framed(a.sub_words.words[place].astype(np.int16), SPECIAL_WORD)
    if options.evaluation:
        columns |= {"a_offsets": _offsets(a, place), "a_text": a.labels.text, "a_answers": [],
                    "max_context": []}
    return columns


def _ids(ids: NDArray[np.int32], tokenizer: StudentTokenizer) -> NDArray[np.int32]:
    facts = tokenizer.facts
    return np.concatenate([[facts.bos_id], ids, [facts.eos_id]]).astype(np.int32)


def _at_first(side: _Side, place: slice, values: NDArray[Any], default: float) -> NDArray[Any]:
    """Return values of words at their first sub-words, ``default`` at all other tokens."""
    words = side.sub_words.words[place]
    first = np.diff(words, prepend=-1) != 0
    spread = np.full(len(words), default, values.dtype)
    spread[first] = values[words[first]]
    return _framed(spread, default)


def _framed(values: NDArray[Any], special: float) -> NDArray[Any]:
    return np.pad(values, 1, constant_values=special)


def _offsets(side: _Side, place: slice) -> NDArray[np.int32]:
    """Return start and end of each token in the text, one after the other."""
    begins = np.array([start for start, _ in side.labels.words.ranges], np.int32)
    inside = side.sub_words.offsets[place] + begins[side.sub_words.words[place], None]
    return np.pad(inside, ((1, 1), (0, 0))).reshape(-1).astype(np.int32)
