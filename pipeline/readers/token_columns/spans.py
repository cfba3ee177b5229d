"""Spans of the tags of a sentence, whatever their scheme."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.readers.tags import TokenSpan, token_spans
from crosslabel.pipeline.readers.token_columns.bracket_tags import Brackets, bracket_spans
from crosslabel.pipeline.readers.token_columns.layout import TagScheme


def spans_of(tags: Sequence[str], scheme: TagScheme) -> tuple[list[TokenSpan], int]:
    """Return the spans of the tags of one sentence and the number of repairs.

    Raises:
        InputError: a tag is none of the scheme.
    """
    if isinstance(scheme, Brackets):
        return bracket_spans(tags), 0
    return token_spans(tags, scheme)
