"""Spans of the tags of words, which may have to be repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crosslabel.pipeline.readers.schemes import STANDARD, Scheme, Tag

_STARTS = frozenset("BS")
_ENDS = frozenset("ES")


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens ``[start, end)`` with a label."""

    start: int
    end: int
    label: str


def token_spans(
    tags: Sequence[str | None], scheme: Scheme = STANDARD
) -> tuple[list[TokenSpan], int]:
    """Return the spans of the tags of one sentence.

    A tag that continues no span, or a span of another label, starts a span (IOB1 writes every span
    this way). If a sentence marks span ends, a span without its end is closed. Both count as
    repairs, except in schemes that mark no beginnings.

    Returns:
        The spans in order and the number of repairs.

    Raises:
        InputError: a tag is none of the scheme.
    """
    parsed = [scheme.parse(tag) for tag in tags]
    decoder = _Decoder(marks_ends=any(tag is not None and tag.position in _ENDS for tag in parsed))
    for index, tag in enumerate(parsed):
        decoder.take(index, tag)
    decoder.close(len(tags))
    return decoder.spans, decoder.repairs if scheme.marks_beginnings else 0


def is_tag(text: str) -> bool:
    """Return whether ``text`` is ``O`` or a label behind ``B-``, ``I-`` and the like."""
    return STANDARD.has(text)


@dataclass
class _Decoder:
    marks_ends: bool
    spans: list[TokenSpan] = field(default_factory=list)
    repairs: int = 0
    _start: int = 0
    _label: str | None = None

    def take(self, index: int, tag: Tag | None) -> None:
        if tag is None:
            self.close(index)
            return
        if tag.position in _STARTS:
            self.close(index)
            self._open(index, tag.label)
        elif tag.label != self._label:
            self.close(index)
            self.repairs += 1
            self._open(index, tag.label)
        if tag.position in _ENDS:
            self._end(index + 1)

    def close(self, index: int) -> None:
        """End an open span if its tags did not end it."""
        if self._label is not None:
            self.repairs += self.marks_ends
            self._end(index)

    def _open(self, index: int, label: str) -> None:
        self._start, self._label = index, label

    def _end(self, index: int) -> None:
        if self._label is not None:
            self.spans.append(TokenSpan(self._start, index, self._label))
        self._label = None
