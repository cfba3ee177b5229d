"""Tokens with one tag each as an example: what CoNLL columns and token-classification sets hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Span, Task, Words
from crosslabel.pipeline.readers.tags import token_spans
from crosslabel.pipeline.text.detokenize import align_tokens, detokenize
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range

UNLABELLED = "_"
"""What stands for the label of a word that has none."""


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
        text: the text if it is known; else it is written from the tokens.
        meta: kept; ``repaired_tags`` is added when tags had to be mended.

    Raises:
        InputError: unknown tag, empty token, another number of tags than tokens, or a text that is
            not these tokens.
    """
    if len(tokens) != len(tags):
        raise InputError(f"tags-differ: {len(tags)} tags for {len(tokens)} tokens")
    if task == "words":
        text, ranges = _text(tokens, lang, text)
        labels = tuple(tag if tag != UNLABELLED else None for tag in tags)
        return Example(id=id, task=task, lang=lang, fields={"text": text},
                       words=(Words("text", ranges, labels),), meta=meta or {})
    found, repairs = token_spans(tags)
    text, ranges = _text(tokens, lang, text)
    spans = (Span(str(number), "text", ((ranges[s.start][0], ranges[s.end - 1][1]),), s.label)
             for number, s in enumerate(found))
    counts = {"repaired_tags": repairs} if repairs else {}
    return Example(id=id, task=task, lang=lang, fields={"text": text}, spans=tuple(spans),
                   words=(Words("text", ranges),), meta={**(meta or {}), **counts})


def _text(
    tokens: Sequence[str], lang: str, text: str | None
) -> tuple[str, tuple[Range, ...]]:
    if text is None:
        return detokenize(tokens, lang)
    return text, align_tokens(text, tokens)
