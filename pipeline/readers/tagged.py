"""Tokens with one tag each as an example: what CoNLL columns and token-classification sets hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.detokenize import align_tokens, detokenize
from pipeline.readers.tags import token_spans
from pipeline.records import Example, Span, Words
from projection.errors import InputError


def tagged_example(
    id: str,
    lang: str,
    tokens: Sequence[str],
    tags: Sequence[str],
    *,
    text: str | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Example:
    """Make the example of a tagged sentence.

    Args:
        text: the text if it is known; else it is written from the tokens.
        meta: kept; ``repaired_tags`` is added when tags had to be mended.

    Raises:
        InputError: unknown tag, empty token, another number of tags than tokens, or a text that is
            not these tokens.
    """
    if len(tokens) != len(tags):
        raise InputError(f"tags-differ: {len(tags)} tags for {len(tokens)} tokens")
    found, repairs = token_spans(tags)
    if text is None:
        text, ranges = detokenize(tokens, lang)
    else:
        ranges = align_tokens(text, tokens)
    spans = (Span(str(number), "text", ((ranges[s.start][0], ranges[s.end - 1][1]),), s.label)
             for number, s in enumerate(found))
    counts = {"repaired_tags": repairs} if repairs else {}
    return Example(id=id, task="spans", lang=lang, fields={"text": text}, spans=tuple(spans),
                   words=(Words("text", ranges),), meta={**(meta or {}), **counts})
