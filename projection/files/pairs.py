"""Pair files: JSON lines of a text, its translation, and their spans or links.

A *projection pair* is ``{"id", "source": {"lang", "tokens", "spans"}, "target": {...}}``: with
``tokens``, span offsets count tokens; with ``text`` alone, they count characters. Spans are
``{"start", "end", "label"}``, or ``{"fragments": [[start, end], ...], "label"}`` when
discontinuous; spans of the target are gold and optional. An *alignment pair* has no spans but may
have gold links, ``"sure"`` and ``"possible"``: lists of ``[i, j]``.

Rows that cannot be used become row errors in their place; the other rows are still read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError, rows
from crosslabel.projection.files.row_checks import (
    check_text,
    integer_pair,
    parse_lang,
    text_of,
    tokens_of,
)
from crosslabel.projection.interface import GivenSpan, Range, Side, TextPair
from crosslabel.projection.links.given import Link
from crosslabel.projection.words import side_from_tokens, word_ranges

Unit = Literal["tokens", "characters"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled span in the unit of its file; several fragments make it discontinuous."""

    fragments: tuple[Range, ...]
    label: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """A usable row of a pair file.

    Attributes:
        row: its number in the file, from 1.
        pair: the pair; the id of its n-th span is ``str(n)``.
        unit: the unit of offsets on the target side.
        gold: gold spans of the target in that unit; ``None`` if the row gives none.
        target_text: the untokenised target text; ``None`` if the row has none.
        sure, possible: gold word links.
    """

    row: int
    pair: TextPair
    unit: Unit
    gold: tuple[Labelled, ...] | None
    target_text: str | None
    sure: tuple[Link, ...]
    possible: tuple[Link, ...]

    def in_unit(self, fragment: Range) -> Range:
        """Return a character range of the target as offsets in the unit of the row."""
        if self.unit == "characters":
            return fragment
        start, end = snap(fragment, self.pair.target.words) or (0, 0)
        return start, end


def snap(fragment: Range, words: tuple[Range, ...]) -> Range | None:
    """Return the words that a character range overlaps, as a range of word indices."""
    left, right = fragment
    inside = [n for n, (start, end) in enumerate(words) if start < right and end > left]
    return (inside[0], inside[-1] + 1) if inside else None


def read_pairs(path: Path) -> Iterator[PairRow | RowError]:
    """Yield the rows of a pair file (``.gz`` too), one result per row, in order.

    Ids must be unique.

    Raises:
        InputError: the file cannot be opened or breaks off.
    """
    seen: dict[str, int] = {}
    for number, row in rows(path):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            parsed = parse_pair(row, number)
            first = seen.setdefault(parsed.pair.id, number)
            if first != number:
                raise InputError(f"the id {parsed.pair.id!r} was used in row {first}; rename one")
        except InputError as error:
            given = row.get("id")
            yield RowError(path.name, number, str(error), given if isinstance(given, str) else None)
        else:
            yield parsed


def parse_pair(row: dict[str, Any], number: int) -> PairRow:
    """Return the pair of a JSON object.

    Raises:
        InputError: names the fault, without file and row.
    """
    source, source_spans = _parse_side(row, "source")
    target, target_spans = _parse_side(row, "target")
    spans = tuple(
        GivenSpan(str(n), span.label, _in_characters(span.fragments, source, _unit(row, "source")))
        for n, span in enumerate(source_spans or ())
    )
    return PairRow(
        number,
        TextPair(text_of(row, "id"), source, target, spans),
        _unit(row, "target"),
        target_spans,
        row["target"].get("text"),
        _parse_links(row, "sure", source, target),
        _parse_links(row, "possible", source, target),
    )


def _unit(row: dict[str, Any], name: str) -> Unit:
    return "tokens" if "tokens" in row[name] else "characters"


def _parse_side(row: dict[str, Any], name: str) -> tuple[Side, tuple[Labelled, ...] | None]:
    given = row.get(name)
    if not isinstance(given, dict):
        raise InputError(f"needs {name!r}, an object with 'lang' and 'tokens' or 'text'")
    try:
        lang = parse_lang(given)
        if "text" in given:
            check_text(given["text"])
        if "tokens" in given:
            side = side_from_tokens(tokens_of(given), lang)
            return side, _parse_spans(given, len(side.words))
        text = text_of(given, "text")
        return Side(text, word_ranges(text, lang), lang), _parse_spans(given, len(text))
    except InputError as error:
        raise InputError(f"{name}: {error}") from error


def _parse_spans(given: dict[str, Any], length: int) -> tuple[Labelled, ...] | None:
    if "spans" not in given:
        return None
    if not isinstance(given["spans"], list):
        raise InputError("'spans' must be a list")
    return tuple(_parse_span(span, n, length) for n, span in enumerate(given["spans"]))


def _parse_span(span: object, number: int, length: int) -> Labelled:
    if not isinstance(span, dict):
        raise InputError(f"span {number} must be an object with 'start', 'end' and 'label'")
    try:
        label = text_of(span, "label")
        given = span.get("fragments", [[span.get("start"), span.get("end")]])
        if not isinstance(given, list) or not given:
            raise InputError("'fragments' must be a list of [start, end]")
        fragments = tuple(sorted(integer_pair(fragment) for fragment in given))
    except InputError as error:
        raise InputError(f"span {number}: {error}") from error
    for start, end in fragments:
        if not 0 <= start < end <= length:
            raise InputError(f"span {number}: {start} to {end} is not within 0 to {length}")
    return Labelled(fragments, label)


def _in_characters(fragments: tuple[Range, ...], side: Side, unit: Unit) -> tuple[Range, ...]:
    if unit == "characters":
        return fragments
    return tuple((side.words[start][0], side.words[end - 1][1]) for start, end in fragments)


def _parse_links(row: dict[str, Any], key: str, source: Side, target: Side) -> tuple[Link, ...]:
    given = row.get(key, [])
    if not isinstance(given, list):
        raise InputError(f"{key!r} must be a list of [i, j]")
    links = tuple(integer_pair(link) for link in given)
    for i, j in links:
        if not (0 <= i < len(source.words) and 0 <= j < len(target.words)):
            raise InputError(f"{key!r}: the link {i}-{j} points beyond the words")
    return links
