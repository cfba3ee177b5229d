"""An answer to a layout that is not known: what was seen in it, and the nearest one known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from crosslabel.pipeline.readers.rows.label_like import looks_like_labels
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
_MOST_SENTENCES = 2


def nearest_layout(rows: Sequence[Row]) -> str:
    """Return what was seen in rows, the nearest known layout, and a mapping that may read them."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    name = max(_LAYOUTS, key=lambda name: _closeness(_LAYOUTS[name], keys))
    way = suggested_columns(rows)
    return (f"its keys are {', '.join(keys[:_SHOWN])}{' …' if len(keys) > _SHOWN else ''}, the "
            f"nearest known layout is {name}; name the keys"
            + (f", such as columns: {way}" if way else " with columns"))


def suggested_columns(rows: Sequence[Row]) -> str:
    """Return a mapping that may read rows, as YAML; empty if they hold no text."""
    values = {key: value for row in rows for key, value in row.items() if value not in (None, "")}
    labels = [key for key, value in values.items() if looks_like_labels(key, value)]
    texts = [key for key, value in values.items() if isinstance(value, str)
             and key not in labels and key not in ("id", "lang") and " " in value.strip()]
    tokens = next((key for key, value in values.items() if _is_words(value)), None)
    parts: dict[str, str] = {}
    if tokens and "text" not in values:
        parts = {"tokens": tokens}
    elif "text" in values or len(texts) == 1:
        parts = {"text": "text" if "text" in values else texts[0]}
    elif 1 < len(texts) <= _MOST_SENTENCES:
        parts = {key: key for key in texts}
    elif texts:
        parts = {"text": texts[0]}
    if parts and labels:
        parts[_part(values[labels[0]], values.get(tokens) if tokens else None)] = labels[0]
    pairs = ", ".join(f"{key}: {column}" for key, column in parts.items())
    return f"{{{pairs}}}" if parts else ""


def _part(value: Any, tokens: Any) -> str:
    """Return the part of an example that a value may be."""
    if isinstance(tokens, list) and isinstance(value, list) and len(value) == len(tokens):
        return "tags"
    return "spans" if isinstance(value, list | dict) else "label"


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _closeness(layout: Sequence[str], keys: Sequence[str]) -> float:
    lowered = [key.lower() for key in keys][:_COMPARED]
    close = sum(bool(get_close_matches(name, lowered, 1, 0.6)) for name in layout)
    return close / len(layout)
