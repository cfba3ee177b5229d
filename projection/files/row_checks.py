"""Checks on values of JSON rows; every error says which value is expected."""

from __future__ import annotations

import re
from typing import Any

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_CHARACTERS, MAX_SIGNS
from crosslabel.projection.files.signs import longest_run

_LANG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")


def text_of(given: dict[str, Any], key: str) -> str:
    """Return a text that must be present (see :func:`check_text`)."""
    if key not in given:
        raise InputError(f"{key!r} is missing")
    try:
        return check_text(given[key])
    except InputError as error:
        raise InputError(f"{key!r}: {error}") from error


def check_text(value: object) -> str:
    """Return a text that is not empty, at most 20,000 characters long, and can be written as UTF-8.
    """
    if not isinstance(value, str):
        raise InputError(f"must be text, not {type(value).__name__}")
    if not value.strip():
        raise InputError("is empty; give a text or remove the row")
    if len(value) > MAX_CHARACTERS:
        raise InputError(
            f"has {len(value):,} characters, at most {MAX_CHARACTERS:,} are allowed; split the text"
        )
    if run := longest_run(value):
        raise InputError(f"has {run:,} signs in a row, at most {MAX_SIGNS:,} are allowed; "
                         "is it text?")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise InputError("holds half of a surrogate pair; write the whole character")
    return value


def tokens_of(given: dict[str, Any]) -> list[str]:
    """Return the tokens of a side: a list of texts, none of them empty."""
    tokens = given["tokens"]
    if not isinstance(tokens, list) or not tokens:
        raise InputError("'tokens' must be a list with at least one token")
    for number, token in enumerate(tokens):
        try:
            check_text(token)
        except InputError as error:
            raise InputError(f"token {number} {error}") from error
    check_text(" ".join(tokens))
    return tokens


def parse_lang(given: dict[str, Any]) -> str:
    """Return the language tag of a side."""
    lang = given.get("lang")
    if not isinstance(lang, str) or not _LANG.fullmatch(lang):
        raise InputError(f"'lang' must be a language tag such as 'en', not {lang!r}")
    return lang


def integer_pair(value: object) -> tuple[int, int]:
    """Return a list of two integers as a pair; ``true`` and ``1.0`` are not integers."""
    if isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value):
        return value[0], value[1]
    raise InputError(f"two whole numbers are needed, not {value!r:.60}")
