"""An answer to a layout that is not known: what was seen in it, and the nearest one known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from crosslabel.pipeline.readers.rows.label_like import looks_like_labels
from crosslabel.pipeline.readers.rows.span_forms import is_list_of_spans
from crosslabel.pipeline.readers.rows.values import Row

_LAYOUTS: Mapping[str, Sequence[str]] = {
    "text and spans": ("text", "spans"),
    "tokens and tags": ("tokens", "tags"),
    "text and label": ("text", "label"),
    "premise, hypothesis and label": ("premise", "hypothesis", "label"),
    "sentence1, sentence2 and label": ("sentence1", "sentence2", "label"),
    "question, context and answers": ("question", "context", "answers"),
    "source and target": ("source", "target"),
}
_SHOWN = 12
_COMPARED = 200
_MOST_TEXTS = 2
_LONGEST_NAME = 40
_ABOUT = ("id", "lang", "language", "locale", "split", "source")


def nearest_layout(rows: Sequence[Row]) -> str:
    """Return what was seen in rows, the nearest known layout, and a mapping that may read them."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    name = max(_LAYOUTS, key=lambda name: _closeness(_LAYOUTS[name], keys))
    way = suggested_columns(rows)
    headless = (" (are they the first row? A table needs a first line with names)"
                if any(map(_is_no_name, keys)) else "")
    more = " …" if len(keys) > _SHOWN else ""
    return (f"its keys are {', '.join(keys[:_SHOWN])}{more}{headless}, the nearest known layout is "
            f"{name}; name the keys"
            + (f", such as columns: {way}" if way else " with columns"))


def suggested_columns(rows: Sequence[Row]) -> str:
    """Return a mapping that reads rows, as YAML; empty if none is sure to read what they hold."""
    values = {key: value for row in rows for key, value in row.items() if value not in (None, "")}
    if any(map(_is_no_name, values)):
        return ""
    labels = [key for key, value in values.items() if looks_like_labels(key, value)]
    texts = [key for key, value in values.items() if isinstance(value, str)
             and key not in labels and key not in _ABOUT and not _is_literal(value)]
    tokens = [key for key, value in values.items() if _is_words(value) and key not in labels]
    parts = _parts_of_text(texts, tokens)
    if not parts:
        return ""
    if labels:
        name = _part(values[labels[0]], values.get(parts.get("tokens", "")))
        parts |= {name: labels[0]} if name else {}
    pairs = ", ".join(f"{key}: {column}" for key, column in parts.items())
    return f"{{{pairs}}}"


def _parts_of_text(texts: Sequence[str], tokens: Sequence[str]) -> dict[str, str]:
    if "text" in texts:
        return {"text": "text"}
    if len(tokens) == 1:
        return {"tokens": tokens[0]}
    if len(texts) == 1:
        return {"text": texts[0]}
    return {key: key for key in texts} if 0 < len(texts) <= _MOST_TEXTS and not tokens else {}


def _part(value: Any, tokens: Any) -> str | None:
    """Return the part of an example that a value is; ``None`` if it cannot be read as any."""
    if isinstance(tokens, list) and isinstance(value, list) and len(value) == len(tokens):
        return "tags"
    if isinstance(value, list | dict):
        return "spans" if is_list_of_spans(value) else None
    return None if isinstance(value, str) and _is_literal(value) else "label"


def _is_literal(text: str) -> bool:
    """Return whether a text is a list or an object, as tables of text write them."""
    return text.strip()[:1] in ("[", "{")


def _is_no_name(name: str) -> bool:
    """Return whether the name of a column is rather a value, as in a table without a first line of
    names."""
    return len(name) > _LONGEST_NAME or name.count(" ") >= _MOST_TEXTS or not any(
        char.isalpha() for char in name)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _closeness(layout: Sequence[str], keys: Sequence[str]) -> float:
    lowered = [key.lower() for key in keys][:_COMPARED]
    close = sum(bool(get_close_matches(name, lowered, 1, 0.6)) for name in layout)
    return close / len(layout)
