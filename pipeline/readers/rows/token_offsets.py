"""What the offsets of spans count in rows that have tokens, found out from all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from crosslabel.pipeline.readers.rows.offsets import surface_of
from crosslabel.pipeline.readers.rows.span_forms import as_span, is_span, rows_of_columns
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError

TokenOffsets = Literal["tokens", "tokens, the end included", "characters"]


class _Placed(NamedTuple):
    """The offsets of a span, the number of tokens and the text of its row, its own text, and
    whether it is written as a list."""

    tokens: int | None
    text: str | None
    start: int
    end: int
    surface: str | None
    is_triple: bool


def token_offsets(
    path: Path, rows: Sequence[Row], key: str, columns: Mapping[str, str]
) -> TokenOffsets:
    """Return what the offsets of spans count; under our own key ``spans`` they count tokens.

    A span that ends where it begins shows that the end is the last token itself.

    Args:
        rows: the first rows of a file.
        key: of the spans.
        columns: the keys of ``tokens`` and ``text``, as far as they are read.

    Raises:
        InputError: a row has tokens and a text, and the offsets fit both; or spans are written
            ``[start, end, label]`` and nothing shows whether the end is included.
    """
    tokens, text = columns.get("tokens"), columns.get("text")
    if key == "spans" or tokens is None:
        return "tokens"
    placed = [one for one in _placed(rows, key, tokens, text) if one.tokens is not None]
    if not placed:
        return "tokens"
    with_text = [one for one in placed if one.text is not None]
    if with_text:
        in_text = all(map(_fits_characters, with_text))
        in_tokens = all(one.end <= (one.tokens or 0) for one in with_text)
        if in_text and in_tokens:
            raise InputError(f"{path}: the offsets of {key} may count characters or tokens; say it "
                             f"with columns: {{text: text, spans: {key}}} or "
                             f"{{tokens: tokens, spans: {key}}}")
        if not in_tokens:
            return "characters"
    if any(one.start == one.end for one in placed):
        return "tokens, the end included"
    if any(one.is_triple and one.end - one.start == 1 for one in placed) or not any(
            one.is_triple for one in placed):
        return "tokens"
    raise InputError(f"{path}: {key} are written [start, end, label], and nothing shows whether "
                     "the end is the last token or the one behind it; write objects with start and "
                     "end, the end behind the last token")


def _placed(
    rows: Sequence[Row], key: str, tokens: str, text: str | None
) -> Iterator[_Placed]:
    for row in rows:
        spans = rows_of_columns(row.get(key))
        words, whole = row.get(tokens), row.get(text) if text else None
        for number, span in enumerate(spans if isinstance(spans, list) else ()):
            named: Row = as_span(key, number, span) if is_span(span) else {}
            start, end = named.get("start"), named.get("end")
            if start is not None and end is not None:
                yield _Placed(len(words) if isinstance(words, list) else None,
                              whole if isinstance(whole, str) else None, int(start), int(end),
                              surface_of(named), isinstance(span, list))


def _fits_characters(placed: _Placed) -> bool:
    """Return whether offsets cover whole words of the text, or the text that the span gives."""
    text, start, end = placed.text or "", placed.start, placed.end
    if not 0 <= start < end <= len(text):
        return False
    if placed.surface is not None:
        return text[start:end] == placed.surface
    before, after = text[start - 1:start], text[end:end + 1]
    whole = not ((before.isalnum() and text[start].isalnum())
                 or (text[end - 1].isalnum() and after.isalnum()))
    return whole and not text[start].isspace() and not text[end - 1].isspace()
