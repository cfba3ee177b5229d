"""Which keys of rows hold tokens, tags, spans and the language, by what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from crosslabel.pipeline.readers.rows.columns import KEYS
from crosslabel.pipeline.readers.rows.span_forms import is_list_of_spans
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.tags import is_tag

_TOKENS = ("words", "token", "sentence_tokens")
_SPANS = ("entities", "spans", "label", "labels", "annotations", "ner")
"""Keys of spans, the likeliest first."""
_LANGUAGES = ("language", "locale", "lang_code")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_MOSTLY = 0.9
"""Share of the rows that must have the form of a key; the others are rejected one by one."""
_TASKS = ("spans", "text", "words")


def keys_of(rows: Iterable[Row]) -> dict[str, None]:
    """Return all keys of rows, in order."""
    return dict.fromkeys(key for row in rows for key in row)


def held(rows: Iterable[Row], key: str) -> list[Any]:
    """Return what rows hold under a key, without nulls."""
    return [row[key] for row in rows if row.get(key) is not None]


def put_aside(row: Row, keys: Collection[str]) -> Row:
    """Return a row with keys moved to its ``meta``."""
    moved = {key: row[key] for key in keys if row.get(key) is not None}
    if not moved:
        return row
    meta = row.get("meta")
    kept = meta if isinstance(meta, dict) and "meta" not in moved else {}
    return {key: value for key, value in row.items() if key not in moved} | {
        "meta": {**kept, **moved}}


def keys_of_others(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return keys with our names that hold something else in every row.

    These are not ours: ``words`` may be a number of words, ``task`` the name of a data set.
    """
    return tuple(key for key, is_ours in _OURS.items()
                 if rows and all(row.get(key) is not None and not is_ours(row[key])
                                 for row in rows))


def _is_list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(one, kind) for one in value)


def _is_words(value: Any) -> bool:
    """Return whether a value may be our words, or tokens under this name."""
    return _is_list_of(dict)(value) or _is_list_of(str)(value)


_OURS: Mapping[str, Callable[[Any], bool]] = {
    "task": lambda value: value in _TASKS,
    "meta": lambda value: isinstance(value, dict),
    "words": _is_words,
    "tokens": lambda value: isinstance(value, list),
    "value": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "relations": lambda value: isinstance(value, list) and all(
        isinstance(one, dict) and {"head", "tail", "label"} <= one.keys() for one in value),
    "spans": lambda value: isinstance(value, dict) or not (value and _is_list_of(str)(value)),
}  # fmt: skip


def language_key(rows: Sequence[Row]) -> str:
    """Return the key of the language: ``lang``, or another if it holds tags such as ``de``."""
    if held(rows, "lang"):
        return "lang"
    return next((key for key in _LANGUAGES if (tags := held(rows, key)) and all(
        isinstance(tag, str) and _LANGUAGE.fullmatch(tag) for tag in tags)), "lang")


def tokens_key(row: Row) -> str | None:
    """Return the key of the tokens of a row that has them under another name than ``tokens``."""
    return next((key for key in _TOKENS if "tokens" not in row and is_strings(row.get(key))
                 and any(_fits(row, key, other) for other in row if other != key)), None)


def is_strings(value: Any) -> bool:
    """Return whether a value is a list of one or more strings."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def tag_keys(rows: Sequence[Row], tokens: str) -> list[str]:
    """Return the keys that hold a tag for each token of nearly every row that has them.

    Of several, those of names are returned if the name of a key says so.
    """
    with_tokens = [row for row in rows if isinstance(row.get(tokens), list) and row[tokens]]
    if any("tags" in row or "spans" in row for row in with_tokens):
        return []
    candidates = [key for key in keys_of(with_tokens) if key not in (KEYS | {"fields", tokens})]
    found = [key for key in candidates if _mostly(
        [_fits(row, tokens, key) for row in with_tokens if row.get(key) is not None])]
    return [key for key in found if "ner" in key.lower()] or found


def _fits(row: Row, tokens: str, key: str) -> bool:
    """Return whether a key holds a tag for each token of a row."""
    value = row[key]
    if not isinstance(value, list) or len(value) != len(row[tokens]):
        return False
    return all(tag is None or (isinstance(tag, str) and is_tag(tag)) for tag in value)


def _mostly(fits: Sequence[bool]) -> bool:
    return bool(fits) and sum(fits) >= _MOSTLY * len(fits)


def span_keys(rows: Sequence[Row]) -> list[str]:
    """Return the keys that hold spans in nearly every row that has them, the likeliest first."""
    keys = keys_of(rows)
    if "spans" in keys:
        return ["spans"]
    holding = {key: held(rows, key) for key in keys if key not in ("words", "relations", "fields")}
    found = [key for key, values in holding.items()
             if any(values) and _mostly([is_list_of_spans(value) for value in values])]
    return sorted(found, key=lambda key: _SPANS.index(key) if key in _SPANS else len(_SPANS))
