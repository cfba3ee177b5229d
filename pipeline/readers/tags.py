"""Conversion of word tags (BIO, IOB1, IOBES, BILOU) to token spans, with repairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crosslabel.projection.errors import InputError

_TAG = re.compile(r"(?P<prefix>[BIESLU])-(?P<label>.+)")
_STARTS = frozenset("BSU")
_ENDS = frozenset("ESLU")


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens ``[start, end)`` with a label."""

    start: int
    end: int
    label: str


def token_spans(tags: Sequence[str | None]) -> tuple[list[TokenSpan], int]:
    """Return the spans of the tags of one sentence.

    A tag that continues no span, or a span of another label, starts a span (IOB1 writes every span
    this way). If a sentence marks span ends, a span without its end is closed. Both count as
    repairs.

    Returns:
        The spans in order and the number of repairs.

    Raises:
        InputError: a tag is neither ``O`` nor a known prefix with a label.
    """
    parsed = [_parse(tag) for tag in tags]
    decoder = _Decoder(marks_ends=any(tag is not None and tag[0] in _ENDS for tag in parsed))
    for index, tag in enumerate(parsed):
        decoder.take(index, tag)
    decoder.close(len(tags))
    return decoder.spans, decoder.repairs


def is_tag(text: str) -> bool:
    """Return whether ``text`` is a tag of one of the schemes."""
    return text == "O" or _TAG.fullmatch(text) is not None


def _parse(tag: str | None) -> tuple[str, str] | None:
    if tag == "O":
        return None
    match = _TAG.fullmatch(tag or "")
    if match is None:
        raise InputError(f"unknown-tag: {tag!r} is not O or one of B-, I-, E-, S-, L-, U- with a "
                         "label; use the task words if words are labelled without these")
    return match["prefix"], match["label"]


@dataclass
class _Decoder:
    marks_ends: bool
    spans: list[TokenSpan] = field(default_factory=list)
    repairs: int = 0
    _start: int = 0
    _label: str | None = None

    def take(self, index: int, tag: tuple[str, str] | None) -> None:
        if tag is None:
            self.close(index)
            return
        prefix, label = tag
        if prefix in _STARTS:
            self.close(index)
            self._open(index, label)
        elif label != self._label:
            self.close(index)
            self.repairs += 1
            self._open(index, label)
        if prefix in _ENDS:
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
