"""The pairs of a corpus that are worth a look, and what is marked in their texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from crosslabel.pipeline.corpus.records import Example, Pair
from crosslabel.pipeline.corpus.shards import read_pairs
from crosslabel.pipeline.corpus.tags import flatten
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.stages.shard_pairs import unknown_words

if TYPE_CHECKING:
    from crosslabel.pipeline.storage.location import Location

__all__ = ["Example", "Mark", "MarkKind", "Pair", "apart", "colour_number", "label_of",
           "lost_words", "marks", "sample_lossy", "sample_pairs"]

MarkKind = Literal["span", "word", "lost"]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A part of a text to be marked.

    Attributes:
        start, end: its characters.
        kind: a labelled span, a labelled word, or a word that a lost span may have become.
        label: empty for a lost word.
    """

    start: int
    end: int
    kind: MarkKind
    label: str = ""


def marks(example: Example, field: str, lost: Collection[int] = ()) -> list[Mark]:
    """Return what is marked in one field of an example, in order; no mark begins within another.

    Args:
        lost: indices of the words outside all spans that lost spans may have become.
    """
    kind: MarkKind = "word" if example.task == "words" else "span"
    spans = [Mark(start, end, kind, span.label)
             for span in given_spans(example) if span.field == field
             for start, end in span.fragments]
    ranges = next((words.ranges for words in example.words if words.field == field), ())
    return apart([*spans, *(Mark(*ranges[number], "lost") for number in lost)])


def apart(found: Iterable[Mark]) -> list[Mark]:
    """Return marks in order, without those that begin within an earlier one."""
    shown: list[Mark] = []
    for mark in sorted(found):
        if not shown or mark.start >= shown[-1].end:
            shown.append(mark)
    return shown


def sample_pairs(folder: Location, manifest: Mapping[str, Any], count: int) -> list[Pair]:
    """Return pairs to show, one of each shard in turn by language, more of fewer shards.

    The first of a shard is the pair with the most certain translation among the pairs with several
    spans of which none is lost; with labelled words, among the pairs with the fewest lost words;
    with labelled texts, among all pairs.
    """
    shards = list(islice(_shards(manifest), count))
    ranked = [_ranked(folder / shard) for shard in shards]
    in_turn = (pair for rank in range(count) for pairs in ranked for pair in pairs[rank:rank + 1])
    return list(islice(in_turn, count))


def _shards(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield the files of shards that have rows, in turn by language."""
    by_language = [[shard for shard in counts["shards"] if shard["rows"]]
                   for counts in manifest["languages"].values()]
    for position in range(max(map(len, by_language), default=0)):
        for shards in by_language:
            if position < len(shards):
                yield shards[position]["file"]


def _ranked(file: Location) -> list[Pair]:
    """Return the pairs of a shard, those that are worth a look, or else all."""
    pairs = list(read_pairs(file))
    return sorted(filter(_showable, pairs), key=_worst_last) or sorted(pairs, key=_worst_last)


def _showable(pair: Pair) -> bool:
    if pair.a.task == "text":
        return True
    several = len(pair.projections) > 1
    return several and (pair.a.task == "words" or not _share_lost(pair))


def _share_lost(pair: Pair) -> float:
    lost = sum(projection.status != "projected" for projection in pair.projections)
    return lost / max(1, len(pair.projections))


def _worst_last(pair: Pair) -> tuple[float, float]:
    score = min((segment.score or 0.0 for segment in pair.segments), default=0.0)
    return _share_lost(pair), -score


def sample_lossy(folder: Location, manifest: Mapping[str, Any]) -> Pair | None:
    """Return a pair with a lost span for which the method still knows one or more words."""
    for counts in manifest["languages"].values():
        if any(entry["status"] != "projected" for entry in counts["spans"]):
            for shard in counts["shards"]:
                for pair in read_pairs(folder / shard["file"]):
                    if lost_words(pair, manifest):
                        return pair
    return None


def lost_words(pair: Pair, manifest: Mapping[str, Any]) -> dict[str, set[int]]:
    """Return, by field of side a, the words outside all spans that lost spans may have become."""
    # Older corpora have neither a threshold nor probabilities of words.
    mask_above = float(manifest["recipe"].get("mask_above", 1.0))
    lost = {}
    for words in pair.a.words:
        spans = [span for span in given_spans(pair.a) if span.field == words.field]
        tags = flatten(words.ranges, spans).tags
        unknown = unknown_words(pair, words.field, mask_above)
        lost[words.field] = {word for word in unknown if tags[word] == "O"}
    return {field: words for field, words in lost.items() if words}


def label_of(pair: Pair) -> str | None:
    """Return the label or the value of the whole text of a pair, as text."""
    label: str | float | None = pair.b.label if pair.b.label is not None else pair.b.value
    return None if label is None else str(label)


def colour_number(label: str, labels: Sequence[str]) -> int | None:
    """Return the number of a label, which decides its colour; ``None`` for an unknown label."""
    return labels.index(label) if label in labels else None
