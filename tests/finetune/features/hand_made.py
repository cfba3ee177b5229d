"""Rows written by hand, and what the heads make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from crosslabel.finetune.features.options import FeatureOptions, feature_options
from crosslabel.finetune.features.rows import FeatureRow, LabelledSide
from crosslabel.finetune.features.source import Columns, FeatureSource, ShardWork
from crosslabel.finetune.schema import LabelOrigin
from crosslabel.finetune.tokenizer import StudentTokenizer, student_tokenizer
from crosslabel.pipeline.corpus.records import Example, Pair, Reject, Span, Words
from crosslabel.projection.interface import Projection, Range
from tests.tiny_encoder import tiny_encoder

STUDENT = str(tiny_encoder())
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")

Head = Callable[[Sequence[FeatureRow], ShardWork], Columns]


@lru_cache
def tokenizer() -> StudentTokenizer:
    return student_tokenizer(STUDENT)


@lru_cache
def reference() -> Any:
    """The same tokenizer as transformers has it."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(STUDENT)


def options(task: str, **values: Any) -> FeatureOptions:
    chosen = {"on_lost_span": "mask", "mask_above": 0.3, "evaluation": True} | values
    return feature_options(task=task, **chosen)


def made(
    head: Head, rows: Sequence[FeatureRow], chosen: FeatureOptions, labels: Sequence[str] = ()
) -> tuple[list[tuple[FeatureRow, int, dict[str, Any]]], list[Reject], Counter[str]]:
    """(row, window, columns), rejects and counts."""
    source = FeatureSource("hand-made", tuple(labels), chosen, {}, ())
    work = ShardWork(source, tokenizer(), [], Counter())
    found = list(head(rows, work))
    return found, work.rejects, work.counts


def text_of(words: Sequence[str]) -> tuple[str, tuple[Range, ...]]:
    """Words joined by blanks, and where they are."""
    ranges, start = [], 0
    for word in words:
        ranges.append((start, start + len(word)))
        start += len(word) + 1
    return " ".join(words), tuple(ranges)


def tagged(
    words: Sequence[str], spans: Sequence[tuple[int, int, str]] = (), id: str = "1"
) -> Example:
    """An example with spans given in words."""
    text, ranges = text_of(words)
    made = tuple(Span(str(n), "text", ((ranges[start][0], ranges[end - 1][1]),), label)
                 for n, (start, end, label) in enumerate(spans))
    return Example(id, "spans", "en", {"text": text}, made, words=(Words("text", ranges),))


def projection(span: Span, **values: Any) -> Projection:
    return Projection(span.id, span.label, span.fragments, "hand", "projected", **values)


def lost(span: Span, likely: Sequence[int], mass: Sequence[float] = ()) -> Projection:
    return Projection(span.id, span.label, (), "hand", "abstained", "no link",
                      likely=tuple(likely), mass=tuple(mass))


def given(example: Example, b: LabelledSide | None = None) -> FeatureRow:
    """A text with labels of its own."""
    return FeatureRow(1, example.id, 1, "translate_test" if b else "identity", "en",
                      LabelledSide(example, LabelOrigin.GOLD), b)


def translated(a: Example, b: Example, projections: Sequence[Projection]) -> FeatureRow:
    """A labelled text b and its translation a."""
    pair = Pair("1", a, b, "machine", "human", "b", (), tuple(projections))
    return FeatureRow(1, b.id, 1, "translate_train", "en",
                      LabelledSide(a, LabelOrigin.PROJECTED, pair),
                      LabelledSide(b, LabelOrigin.GOLD))
