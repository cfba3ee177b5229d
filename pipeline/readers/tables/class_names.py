"""Numbers of class labels as the names that ``datasets`` features give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError

_NONE = -1
"""What ``datasets`` writes for a row without a class."""


def named_row(row: Row, features: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the names of class labels, and null for the class of a row without one.

    Args:
        features: ``datasets`` feature by column; other columns are left as they are.

    Raises:
        InputError: a number has no name.
    """
    return {key: _named(features.get(key), value) for key, value in row.items()}


def named_cells(row: Mapping[str, str], features: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a table of text with the names of class labels that stand there as numbers.

    Raises:
        InputError: a number has no name.
    """
    return {key: named_row({key: int(cell)}, features)[key]
            if _is_class(features.get(key)) and _is_number(cell) else cell
            for key, cell in row.items()}


def has_classes(feature: Any) -> bool:
    """Return whether a feature has class labels anywhere."""
    if isinstance(feature, dict):
        return any(map(has_classes, feature.values()))
    inner = getattr(feature, "feature", None)
    return _is_class(feature) or (inner is not None and has_classes(inner))


def _named(feature: Any, value: Any) -> Any:
    return None if _is_class(feature) and value == _NONE else _named_within(feature, value)


def _named_within(feature: Any, value: Any) -> Any:
    if value is None or feature is None:
        return value
    if _is_class(feature):
        return _name(feature, value)
    if isinstance(feature, dict):
        inner = feature if isinstance(value, dict) else {}
        return {**value, **{key: _named_within(inner[key], value[key])
                            for key in inner if key in value}} if inner else value
    items = getattr(feature, "feature", None)
    if items is None or not isinstance(value, list):
        return value
    return [_named_within(items, item) for item in value]


def _name(feature: Any, value: Any) -> str:
    if isinstance(value, str) and value in feature.names:
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not (
            0 <= value < feature.num_classes):
        raise InputError(f"unknown-tag: {value!r} is not the number of a class label "
                         f"(0 to {feature.num_classes - 1})")
    return str(feature.names[value])


def _is_class(feature: Any) -> bool:
    from datasets import ClassLabel

    return isinstance(feature, ClassLabel)


def _is_number(cell: str) -> bool:
    return cell.strip().removeprefix("-").isdecimal() and len(cell) < 20
