"""The choice of the columns that hold the words and their tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from crosslabel.pipeline.readers.tags import TokenSpan
from crosslabel.pipeline.readers.token_columns.kinds import Column, Kind, spans_of_column
from crosslabel.pipeline.readers.token_columns.levels import Relation, relation
from crosslabel.pipeline.readers.token_columns.table import TAG, WORD, Table

_HALF, _ALMOST, _SOME = 0.5, 0.75, 0.3
_RARELY_WORDS: Sequence[Kind] = ("number", "part of speech", "chunk", "tag", "index", "fixed")


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen columns.

    Attributes:
        word: number of the column of words.
        tags: numbers of the columns of tags, the outer level first.
        rivals: numbers of two columns of tags that exclude each other.
        relation: how the second rival is related to the first.
    """

    word: int
    tags: Sequence[int] = ()
    rivals: tuple[int, int] | None = None
    relation: Relation = "inner"


def choose(table: Table, columns: Sequence[Column]) -> Choice:
    """Choose the columns of words and tags; names of the columns come before their contents."""
    tagged = _tagged(table, columns)
    texts = [number for number, own in enumerate(columns) if own.kind == "text"]
    words = [number for number in table.named(WORD) if number not in tagged] or (
        _varied(table, texts) if tagged else texts)
    if not words and len(tagged) > 1:
        words, tagged = tagged[:1], tagged[1:]
    word = words[0] if words else _likeliest_word(columns, tagged)
    labelled = [number for number in tagged if columns[number].labelled]
    if not labelled:
        return Choice(word, tagged[-1:] if tagged[-1:] > [word] else ())
    return _levels(table, columns, word, [*labelled, *_unused_level(table, tagged, labelled)])


def _varied(table: Table, texts: Sequence[int]) -> list[int]:
    """Return the columns of texts that have almost as many different cells as any of them.

    Few different texts are labels of some kind; a column in small letters that repeats another but
    for them holds base forms, and comes behind it.
    """
    kinds = {number: len({row[number] for row in table.rows}) for number in texts}
    varied = [number for number in texts if kinds[number] >= _ALMOST * max(kinds.values())]
    return sorted(varied, key=lambda number: any(
        _is_lowered(table, number, other) for other in varied if other != number))


def _is_lowered(table: Table, number: int, other: int) -> bool:
    """Return whether a column has words of another one in small letters, and none in capitals."""
    pairs = [(row[number], row[other]) for row in table.rows]
    lowered = sum(own != word and own == word.lower() for own, word in pairs)
    same = sum(own == word for own, word in pairs)
    return (lowered > 0 and lowered + same >= _SOME * len(pairs)
            and all(own == own.lower() for own, _ in pairs))


def _unused_level(table: Table, tagged: Sequence[int], labelled: Sequence[int]) -> Sequence[int]:
    """Return the last column if it is a level of names without any so far, as in GermEval."""
    last = table.width - 1
    return [last] if last in tagged and labelled[-1] == last - 1 and not table.names else []


def _tagged(table: Table, columns: Sequence[Column]) -> list[int]:
    """Return the columns of tags; those of chunks only if there are no others."""
    numbers = range(len(columns))
    named = [number for number in table.named(TAG) if columns[number].kind == "tag"]
    if len(named) == 1:
        return named
    found = [number for number in numbers if columns[number].kind == "tag"]
    if any(columns[number].labelled for number in found) or not _chunks(columns):
        return _without_other_labels(table, columns, found)
    return found or _chunks(columns)


def _chunks(columns: Sequence[Column]) -> list[int]:
    return [number for number, own in enumerate(columns) if own.kind == "chunk"]


def _without_other_labels(
    table: Table, columns: Sequence[Column], found: list[int]
) -> list[int]:
    """Leave out labels without positions beside tags with positions that name other things."""
    others = [number for number in found if columns[number].says_positions]
    if not any(columns[number].labelled for number in others):
        return found
    named = {label for number in others for label in _labels(table, columns, number)}
    inside = {place for number in others for place in _inside(table, columns, number)}
    return [number for number in found
            if number in others or named & _labels(table, columns, number)
            or _are_mostly(_inside(table, columns, number), inside)]


def _inside(table: Table, columns: Sequence[Column], number: int) -> set[tuple[int, int]]:
    """Return the words inside spans as numbers of sentence and word."""
    return {(sentence, word) for sentence, spans in enumerate(_spans(table, columns, number))
            for span in spans for word in range(span.start, span.end)}


def _are_mostly(words: set[tuple[int, int]], others: set[tuple[int, int]]) -> bool:
    return len(words & others) > _HALF * len(words)


def _labels(table: Table, columns: Sequence[Column], number: int) -> set[str]:
    """Return the labels of a column of tags in small letters."""
    return {span.label.lower() for sentence in _spans(table, columns, number) for span in sentence}


def _likeliest_word(columns: Sequence[Column], tagged: Sequence[int]) -> int:
    for kind in _RARELY_WORDS:
        for number, own in enumerate(columns):
            if own.kind == kind and number not in tagged:
                return number
    return 0


def _levels(
    table: Table, columns: Sequence[Column], word: int, tagged: Sequence[int]
) -> Choice:
    """Return the choice of one column, of several levels, or of none if two are rivals."""
    spans = [_spans(table, columns, number) for number in tagged]
    levels = [0]
    for level in range(1, len(tagged)):
        outer = [list(chain.from_iterable(own)) for own in zip(*(spans[n] for n in levels),
                                                               strict=True)]
        found = relation(zip(outer, spans[level], strict=True))
        if found == "inner":
            levels.append(level)
        elif relation(zip(spans[level], outer, strict=True)) == "inner":
            levels.insert(0, level)
        else:
            return Choice(word, (), (tagged[levels[-1]], tagged[level]), found)
    return Choice(word, [tagged[level] for level in levels])


def _spans(table: Table, columns: Sequence[Column], number: int) -> list[list[TokenSpan]]:
    scheme = columns[number].scheme
    return [] if scheme is None else spans_of_column(table.column(number), scheme)
