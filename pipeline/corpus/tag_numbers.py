"""Tags as numbers, and the entities that IOB2 tags encode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

NO_TAG = -1
"""Number of a word that has no tag."""
_OUTSIDE = "O"
_PREFIXES = ("B-", "I-")
_IOB2 = {"B-": "B-", "I-": "I-", "E-": "I-", "L-": "I-", "S-": "B-", "U-": "B-"}


def is_iob(names: Sequence[str]) -> bool:
    """Return whether names are tags of spans, not plain labels of words."""
    return _OUTSIDE in names and all(
        name == _OUTSIDE or name.startswith(_PREFIXES) for name in names)


def as_iob2(names: Sequence[str]) -> list[str]:
    """Convert tags of IOB2, IOBES or BILOU to IOB2; return other names unchanged."""
    if not all(name == _OUTSIDE or name[:2] in _IOB2 for name in names):
        return list(names)
    return [_IOB2.get(name[:2], name[:2]) + name[2:] for name in names]


@dataclass(frozen=True, slots=True)
class Entities:
    """M runs of words with one label each.

    Attributes:
        first, last: (M,) numbers of the first and last word; the last word is included.
        label: (M,) number of the label in ``IobTags.labels``.
    """

    first: Array
    last: Array
    label: Array


@dataclass(frozen=True, slots=True)
class IobTags:
    """IOB2 tags by number; a word without a tag counts as outside.

    Attributes:
        labels: labels of entities.
        begins: (tags + 1,) whether a tag is ``B-``; the last element is for ``NO_TAG``.
        label: (tags + 1,) number of the label; -1 outside.
    """

    labels: tuple[str, ...]
    begins: Array
    label: Array

    @classmethod
    def of(cls, names: Sequence[str]) -> IobTags:
        """Return the tags for names in their order."""
        by_tag = [name[2:] if name != _OUTSIDE else None for name in names]
        labels = tuple(dict.fromkeys(label for label in by_tag if label is not None))
        number = {label: position for position, label in enumerate(labels)}
        return cls(labels, np.array([name.startswith("B-") for name in names] + [False]),
                   np.array([-1 if label is None else number[label] for label in by_tag] + [-1]))

    def entities(self, tags: Array, example: Array) -> Entities:
        """Read entities as conlleval does: ``I-`` after another label or none begins an entity.

        Args:
            tags: (N,) tag numbers of the words.
            example: (N,) number of each word's example, in order; an entity ends with its example.
        """
        label, size = self.label[tags], len(tags)
        moves = np.ones(size, bool)
        moves[1:] = (label[1:] != label[:-1]) | (example[1:] != example[:-1])
        breaks = moves | self.begins[tags]
        first = np.flatnonzero(breaks & (label >= 0))
        edges = np.append(np.flatnonzero(breaks), size)
        last = edges[np.searchsorted(edges, first, side="right")] - 1
        return Entities(first, last, label[first])
