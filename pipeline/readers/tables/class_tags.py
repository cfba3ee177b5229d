"""Class labels of tokens: which of them tag spans, and their tags in the usual notation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crosslabel.pipeline.readers.schemes import STANDARD, Scheme
from crosslabel.pipeline.readers.token_columns.scheme_finding import scheme_of

_OUTSIDE = ("O", "o")


def span_scheme(names: Sequence[str]) -> Scheme | None:
    """Return how class labels tag spans; ``None`` if they label words.

    Names without positions tag spans if one of them is ``O``: no tag set of parts of speech that is
    in use has one.
    """
    scheme = scheme_of(names)
    if scheme is not None and scheme.marks_beginnings and len(names) > 1:
        return scheme
    outside = next((sign for sign in _OUTSIDE if sign in names), None)
    return None if outside is None else Scheme("label", "", outside)


def standard_tags(tags: Sequence[Any], scheme: Scheme) -> list[Any]:
    """Return tags as ``O``, ``B-PER`` and the like; what is no tag of the scheme stays.

    Of labels without positions, equal ones in a row are one span.
    """
    if scheme == STANDARD:
        return list(tags)
    found = [_standard(tag, scheme) for tag in tags]
    if scheme.marks_beginnings:
        return found
    before = [None, *tags[:-1]]
    return [f"B-{tag[2:]}" if tag != "O" and given != last else tag
            for tag, given, last in zip(found, tags, before, strict=True)] if found else []


def declared_names(names: Sequence[str], scheme: Scheme | None) -> list[str]:
    """Return the names of class labels as tags in the usual notation, or bare labels as they are.
    """
    if scheme is None:
        return list(names)
    if scheme.marks_beginnings:
        return standard_tags(names, scheme)
    return [name for name in names if name != scheme.outside]


def _standard(tag: Any, scheme: Scheme) -> Any:
    if not isinstance(tag, str) or not scheme.has(tag):
        return tag
    parsed = scheme.parse(tag)
    return "O" if parsed is None else f"{parsed.position}-{parsed.label}"
