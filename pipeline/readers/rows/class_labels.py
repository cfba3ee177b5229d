"""Classes of whole texts as files write them: by name, by number, or not at all."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError


@dataclass(frozen=True, slots=True)
class ClassLabels:
    """How classes are written.

    Attributes:
        names: name of each class by what stands for it in the file, such as a number.
        missing: labels that mean "no label" in this file.
    """

    names: Mapping[str, str]
    missing: Collection[str]

    def read(self, row: Row) -> Row:
        """Return a row with the names of its class and tags; the class is null if it has none.

        Raises:
            InputError: names are given, but none for this label; or tags are numbers without names.
        """
        if self.names and isinstance(row.get("tags"), list):
            row = {**row, "tags": [self.names.get(str(tag), tag) for tag in row["tags"]]}
        elif any(type(tag) is int for tag in _listed(row.get("tags"))):
            raise InputError("numbered-tags: the tags are numbers; name them with label_names")
        if "label" not in row or isinstance(row["label"], list | dict):
            return row
        label = _plain(row["label"])
        if _is_none(label) or str(label) in self.missing:
            return {**row, "label": None}
        if not self.names or str(label) in self.names.values():
            return row if label is row["label"] else {**row, "label": label}
        if str(label) not in self.names:
            raise InputError(f"unknown-label: {str(label)!r} is none of the labels that "
                             f"label_names names: {', '.join(self.names)}")
        return {**row, "label": self.names[str(label)]}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain(label: Any) -> Any:
    """Return a label as a name: whole numbers of a table (``1.0``) as integers, true and false as
    JSON writes them."""
    if isinstance(label, bool):
        return str(label).lower()
    is_whole = isinstance(label, float) and label.is_integer()
    return int(label) if is_whole else label


def has_fractions(labels: Iterable[Any]) -> bool:
    """Return whether labels are numbers, some of them with fractions, and so no classes."""
    numbers = [label for label in labels if isinstance(label, int | float)]
    return any(label % 1 for label in numbers if math.isfinite(label))


def _is_none(label: Any) -> bool:
    return label is None or label == "" or (isinstance(label, float) and math.isnan(label))
