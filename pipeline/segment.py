"""Cut texts into segments for translation, without ever cutting a span or a labelled word.

Sentence boundaries come from spaCy's rule-based sentencizer (punctuation of all scripts); a line
break always ends a segment. A boundary inside a span is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from pipeline.records import Example
from pipeline.word_labels import given_spans
from projection.interface import Range

VERSION = 1
FieldRange = tuple[str, Range]
_OPENING_QUOTE = re.compile(r"\s[\"']$")
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")


def segment(examples: Sequence[Example], *, sentences: bool) -> list[list[FieldRange]]:
    """Segments of every example, field by field, in reading order.

    Args:
        sentences: cut at sentence and line ends; otherwise a field is one segment.

    Returns:
        Per example a list of (field name, character range). Ranges begin and end with a visible
        character and do not overlap.
    """
    fields = [(e, name, text) for e in examples for name, text in e.fields.items()]
    if sentences:
        cuts = _sentences([(text, example.lang) for example, _, text in fields])
    else:
        cuts = [[(0, len(text))] for _, _, text in fields]
    ranges = iter(
        [(name, r) for r in _strip(text, _keep_spans_whole(cut, _extents(example, name)))]
        for (example, name, text), cut in zip(fields, cuts, strict=True)
    )
    return [[r for _ in example.fields for r in next(ranges)] for example in examples]


def _sentences(texts: Sequence[tuple[str, str]]) -> list[list[Range]]:
    """Sentence ranges of (text, language) pairs."""
    by_language: dict[str, list[tuple[int, int, str]]] = {}
    for number, (text, lang) in enumerate(texts):
        for line in _LINE.finditer(text):
            by_language.setdefault(lang, []).append((number, line.start(), line.group()))
    cuts: list[list[Range]] = [[] for _ in texts]
    for lang, lines in by_language.items():
        documents = _sentencizer(lang).pipe(line for _, _, line in lines)
        for (number, offset, _), document in zip(lines, documents, strict=True):
            found = _mend(document.text, [(s.start_char, s.end_char) for s in document.sents])
            cuts[number] += [(offset + start, offset + end) for start, end in found]
    return cuts


def _mend(line: str, sentences: Sequence[Range]) -> list[Range]:
    """Two things the sentencizer gets wrong: a straight quote that opens the next sentence is put
    at the end of the one before, and text goes on in lower case after "?" or an abbreviation."""
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
    from projection.words import blank_pipeline

    pipeline = blank_pipeline(lang)
    pipeline.add_pipe("sentencizer")
    return pipeline


def _extents(example: Example, field: str) -> list[Range]:
    return [
        (span.fragments[0][0], span.fragments[-1][1])
        for span in given_spans(example)
        if span.field == field
    ]


def _keep_spans_whole(ranges: Sequence[Range], spans: Sequence[Range]) -> list[Range]:
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
