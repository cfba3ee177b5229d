"""What the offsets of spans count in rows that have tokens, found out from all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from crosslabel.pipeline.readers.rows.offsets import surface_of
from crosslabel.pipeline.readers.rows.span_forms import as_span, is_span
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError

TokenOffsets = Literal["tokens", "tokens, the end included", "characters"]

Placed = tuple[Row, int, int, str | None]
"""A row, start and end of a span in it, and the text that the span gives for itself."""


def token_offsets(path: Path, rows: Sequence[Row], key: str) -> TokenOffsets:
    """Return what the offsets of spans count; under our own key ``spans`` they count tokens.

    A span that ends where it begins shows that the end is the last token itself.

    Args:
        rows: the first rows of a file.
        key: of the spans.

    Raises:
        InputError: a row has tokens and a text, and the offsets fit both.
    """
    placed = [one for one in _placed(rows, key) if isinstance(one[0].get("tokens"), list)]
    if key == "spans" or not placed:
        return "tokens"
    with_text = [one for one in placed if isinstance(one[0].get("text"), str)]
    if with_text:
        in_text = all(map(_fits_characters, with_text))
        in_tokens = all(end <= len(row["tokens"]) for row, _, end, _ in with_text)
        if in_text and in_tokens:
            raise InputError(f"{path}: the offsets of {key} may count characters or tokens; say it "
                             f"with columns: {{text: text, spans: {key}}} or "
                             f"{{tokens: tokens, spans: {key}}}")
        if not in_tokens:
            return "characters"
    last = any(start == end for _, start, end, _ in placed)
    return "tokens, the end included" if last else "tokens"


def _placed(rows: Sequence[Row], key: str) -> Iterator[Placed]:
    for row in rows:
        spans = row.get(key)
        for number, span in enumerate(spans if isinstance(spans, list) else ()):
            named: Row = as_span(key, number, span) if is_span(span) else {}
            start, end = named.get("start"), named.get("end")
            if start is not None and end is not None:
                yield row, int(start), int(end), surface_of(named)


def _fits_characters(placed: Placed) -> bool:
    """Return whether offsets cover whole words of the text, or the text that the span gives."""
    row, start, end, surface = placed
    text = row["text"]
    if not 0 <= start < end <= len(text):
        return False
    if surface is not None:
        return bool(text[start:end] == surface)
    before, after = text[start - 1:start], text[end:end + 1]
    whole = not ((before.isalnum() and text[start].isalnum())
                 or (text[end - 1].isalnum() and after.isalnum()))
    return whole and not text[start].isspace() and not text[end - 1].isspace()
