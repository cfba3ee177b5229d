"""Examples from tokens with one tag each, as in CoNLL columns and token-classification sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Span, Task, Words
from crosslabel.pipeline.readers.tags import TokenSpan, token_spans
from crosslabel.pipeline.text.detokenize import align_tokens, detokenize
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range

UNLABELLED = "_"
"""The sign in place of a label for a word that has none."""


def tagged_example(
    id: str,
    lang: str,
    tokens: Sequence[str],
    tags: Sequence[str | None],
    *,
    task: Task = "spans",
    text: str | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Example:
    """Make the example of a tagged sentence.

    Args:
        tags: IOB2 and the like; with the task ``words`` labels, ``None`` or ``_`` for none.
        text: the text if it is known; otherwise it is built from the tokens.
        meta: kept; ``repaired_tags`` is added if tags had to be repaired.

    Raises:
        InputError: a tag is unknown, a token is empty, the numbers of tags and tokens differ, or
            the text does not consist of these tokens.
    """
    if len(tokens) != len(tags):
        raise InputError(f"tags-differ: {len(tags)} tags for {len(tokens)} tokens")
    if task == "words":
        text, ranges = _text(tokens, lang, text)
        labels = tuple(tag if tag != UNLABELLED else None for tag in tags)
        return Example(id=id, task=task, lang=lang, fields={"text": text},
                       words=(Words("text", ranges, labels),), meta=meta or {})
    spans, repairs = token_spans(tags)
    return spanned_example(id, lang, tokens, spans, repairs=repairs, text=text, meta=meta)


def spanned_example(
    id: str,
    lang: str,
    tokens: Sequence[str],
    spans: Sequence[TokenSpan],
    *,
    repairs: int = 0,
    text: str | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Example:
    """Make the example of a sentence whose spans are known by their tokens.

    Args:
        repairs: number of tags that had to be repaired, for ``repaired_tags`` in ``meta``.
        text, meta: as in :func:`tagged_example`.

    Raises:
        InputError: a token is empty, or the text does not consist of these tokens.
    """
    text, ranges = _text(tokens, lang, text)
    extents = ((ranges[span.start][0], ranges[span.end - 1][1]) for span in spans)
    made = (Span(str(number), "text", (extent,), span.label)
            for number, (span, extent) in enumerate(zip(spans, extents, strict=True)))
    counts = {"repaired_tags": repairs} if repairs else {}
    return Example(id=id, task="spans", lang=lang, fields={"text": text}, spans=tuple(made),
                   words=(Words("text", ranges),), meta={**(meta or {}), **counts})


def _text(
    tokens: Sequence[str], lang: str, text: str | None
) -> tuple[str, tuple[Range, ...]]:
    if text is None:
        return detokenize(tokens, lang)
    return text, align_tokens(text, tokens)
