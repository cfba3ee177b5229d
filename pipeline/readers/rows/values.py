"""Getters for values of parsed rows: each returns the right type or raises an error.

``None`` counts as absent for optional keys. A boolean is never a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_DEPTH

Row = Mapping[str, Any]


def text(row: Row, key: str, default: str | None = None) -> str:
    """Return the string under ``key``; without a default it is required."""
    value = _get(row, key, default)
    if not isinstance(value, str):
        raise wrong_type(key, "a string", value)
    return value


def optional_text(row: Row, key: str) -> str | None:
    """Return the string under ``key``, or ``None`` if there is none."""
    return None if row.get(key) is None else text(row, key)


def name(row: Row, key: str, default: str | None = None) -> str:
    """Return the identifier under ``key``: a string, or a whole number as a string; never empty."""
    value = _get(row, key, default)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise wrong_type(key, "a string", value)
    if not value:
        raise InputError(f"empty-key: {key!r} is an empty string")
    return value


def optional_name(row: Row, key: str) -> str | None:
    """Return the identifier under ``key``, or ``None`` if there is none."""
    return None if row.get(key) is None else name(row, key)


def integer(row: Row, key: str) -> int:
    """Return the integer under ``key``."""
    return as_integer(key, _get(row, key, None))


def as_integer(key: str, value: Any) -> int:
    """Return ``value`` if it is an integer, or a whole number as tables write one (``7.0``)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(key, "an integer", value)
    return value


def optional_number(row: Row, key: str) -> float | None:
    """Return the finite number under ``key``, or ``None`` if there is none."""
    return None if row.get(key) is None else number(row, key)


def optional_numbers(row: Row, key: str) -> tuple[float | None, ...]:
    """Return the list under ``key``, of finite numbers or ``None`` in their place."""
    return tuple(None if value is None else _as_number(key, value) for value in items(row, key))


def number(row: Row, key: str) -> float:
    """Return the finite number under ``key``."""
    return _as_number(key, _get(row, key, None))


def _as_number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(key, "a number", value)
    try:
        converted = float(value)
    except OverflowError:
        converted = math.inf
    if not math.isfinite(converted):
        raise InputError(f"not-finite: {key!r} must be a finite number")
    return converted


def items(row: Row, key: str) -> list[Any]:
    """Return the list under ``key``, or an empty list if it is absent."""
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong_type(key, "a list", value)
    return value


def strings(row: Row, key: str) -> list[str]:
    """Return the list of strings under ``key``."""
    values = items(row, key)
    for value in values:
        if not isinstance(value, str):
            raise wrong_type(key, "a list of strings", value)
    return values


def optional_strings(row: Row, key: str) -> list[str | None]:
    """Return the list under ``key``, of strings or ``None`` in their place."""
    values = items(row, key)
    for value in values:
        if value is not None and not isinstance(value, str):
            raise wrong_type(key, "a list of strings or null", value)
    return values


def objects(row: Row, key: str) -> list[Row]:
    """Return the list of objects under ``key``, or an empty list if it is absent."""
    return [as_object(f"{key}[{n}]", value) for n, value in enumerate(items(row, key))]


def as_object(key: str, value: Any) -> Row:
    """Return ``value`` if it is an object."""
    if not isinstance(value, dict):
        raise wrong_type(key, "an object", value)
    return value


def wrong_type(key: str, expected: str, value: Any) -> InputError:
    """Return the error for a value of a type that the format does not allow."""
    shown = repr(value) if value is None or isinstance(value, bool | int | float) else (
        "a string" if isinstance(value, str) else type(value).__name__)
    return InputError(f"wrong-type: {key!r} must be {expected}, found {shown[:40]}")


def check_kept(value: Any) -> None:
    """Refuse a value that cannot be kept: JSON has no form for it, or none that can be written.

    Raises:
        InputError: lists and objects are nested too deep, or a number is not finite (``1e999``).
    """
    levels, layer = 0, [value]
    while layer:
        levels += 1
        if levels > MAX_DEPTH:
            raise InputError(f"nested-too-deep: lists and objects are nested more than {MAX_DEPTH} "
                             "deep; leave out what is not needed")
        if not all(math.isfinite(item) for item in layer if isinstance(item, float)):
            raise InputError("not-finite: a number beside the text is not finite; leave it out")
        layer = [inner for outer in layer if isinstance(outer, dict | list)
                 for inner in (outer.values() if isinstance(outer, dict) else outer)]


def _get(row: Row, key: str, default: Any) -> Any:
    if key not in row and default is None:
        raise InputError(f"missing-key: the row has no {key!r}")
    return row[key] if row.get(key) is not None or default is None else default
