"""Cut texts into segments for translation, without ever cutting a span or a labelled word.

Sentence boundaries come from spaCy's rule-based sentencizer (punctuation of all scripts); a line
break always ends a segment. A boundary inside a span is ignored. Examples with the same text, such
as questions about one context, are cut in the same places, so that the text is translated once and
in one way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from crosslabel.pipeline.corpus.lost_spans import stand_ins
from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.protection.blanks import BLOCK, blanked, with_tags
from crosslabel.pipeline.protection.parts import Part
from crosslabel.projection.interface import Range

VERSION = 2
FieldRange = tuple[str, Range]
_Text = tuple[str, str]
"""A text and its language."""
_OPENING_QUOTE = re.compile(r"\s[\"']$")
_LINE = re.compile(rf"[^\r\n\u2028\u2029{BLOCK}]+")
_BLOCK = re.compile(f"{BLOCK}+")


def segment(
    examples: Sequence[Example], *, sentences: bool,
    protected: Mapping[str, Sequence[Part]] | None = None,
) -> list[list[FieldRange]]:
    """Return the segments of every example, field by field, in reading order.

    Args:
        sentences: cut at sentence and line ends; otherwise a field is one segment.
        protected: the protected parts of texts that have any. None of them is cut; blocks are in no
            segment, and marks at the ends of a segment are outside, unless they belong to a pair
            of tags around a part of it.

    Returns:
        For each example a list of (field name, character range). Ranges begin and end with a
        visible character and do not overlap. Equal texts of one language have equal ranges: none of
        them has a boundary inside a span of another.
    """
    parts = protected or {}
    texts = list(dict.fromkeys((text, example.lang) for example in examples
                               for text in example.fields.values()))
    shown = [(blanked(text, parts.get(text, ())), lang) for text, lang in texts]
    cuts = _sentences(shown) if sentences else [_whole(text) for text, _ in shown]
    spans = _extents(examples)
    ranges = {
        text: with_tags(list(_strip(blank, _keep_spans_whole(cut, spans.get(text, ())))), text[0],
                        parts.get(text[0], ()))
        for text, (blank, _), cut in zip(texts, shown, cuts, strict=True)
    }
    return [[(name, cut) for name, text in example.fields.items()
             for cut in ranges[text, example.lang]] for example in examples]


def _whole(text: str) -> list[Range]:
    """Return a text as one range, or the ranges between its blocks."""
    edges = [edge for match in _BLOCK.finditer(text) for edge in match.span()]
    starts = [0, *edges[1::2]]
    return list(zip(starts, [*edges[::2], len(text)], strict=True))


def _sentences(texts: Sequence[_Text]) -> list[list[Range]]:
    """Return the sentence ranges of each text."""
    by_language: dict[str, list[tuple[int, int, str]]] = {}
    for number, (text, lang) in enumerate(texts):
        for line in _LINE.finditer(text):
            by_language.setdefault(lang, []).append((number, line.start(), line.group()))
    cuts: list[list[Range]] = [[] for _ in texts]
    for lang, lines in by_language.items():
        documents = _sentencizer(lang).pipe(line for _, _, line in lines)
        for (number, offset, _), document in zip(lines, documents, strict=True):
            ranges = _mend(document.text, [(s.start_char, s.end_char) for s in document.sents])
            cuts[number] += [(offset + start, offset + end) for start, end in ranges]
    return cuts


def _mend(line: str, sentences: Sequence[Range]) -> list[Range]:
    """Correct two errors of the sentencizer.

    It puts a straight quote that opens a sentence at the end of the sentence before, and it ends a
    sentence after "?" or an abbreviation even if the text goes on in lower case.
    """
    mended: list[Range] = []
    for start, end in sentences:
        if mended:
            before, boundary = mended[-1]
            if _OPENING_QUOTE.search(line[before:boundary]):
                boundary = start = boundary - 1
            if line[start:end].lstrip()[:1].islower():
                mended[-1] = (before, end)
                continue
            mended[-1] = (before, boundary)
        mended.append((start, end))
    return mended


@lru_cache(maxsize=16)
def _sentencizer(lang: str) -> Any:
    from crosslabel.projection.words import blank_pipeline

    pipeline = blank_pipeline(lang)
    pipeline.add_pipe("sentencizer")
    return pipeline


def _extents(examples: Iterable[Example]) -> dict[_Text, set[Range]]:
    """Return the range from the first to the last fragment of each span, by text."""
    extents: dict[_Text, set[Range]] = {}
    for example in examples:
        for span in (*given_spans(example), *_stand_ins(example)):
            text = example.fields[span.field], example.lang
            extents.setdefault(text, set()).add((span.fragments[0][0], span.fragments[-1][1]))
    return extents


def _stand_ins(example: Example) -> Iterator[Span]:
    for lost in example.lost:
        yield from stand_ins(lost, example.fields[lost.field])


def _keep_spans_whole(ranges: Sequence[Range], spans: Collection[Range]) -> list[Range]:
    """Merge neighbouring ranges wherever a span crosses the boundary between them."""
    merged: list[Range] = []
    for start, end in ranges:
        if merged and any(s < start and e > merged[-1][1] for s, e in spans):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _strip(text: str, ranges: Iterable[Range]) -> Iterator[Range]:
    for start, end in ranges:
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        length = len(piece.strip())
        if length:
            yield start + left, start + left + length
