"""Tags as numbers, and the entities that IOB2 tags stand for."""

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
    """Whether these are the tags of spans, and not plain labels of words."""
    return _OUTSIDE in names and all(
        name == _OUTSIDE or name.startswith(_PREFIXES) for name in names)


def as_iob2(names: Sequence[str]) -> list[str]:
    """Tags of IOB2, IOBES or BILOU as IOB2; other names as they are."""
    if not all(name == _OUTSIDE or name[:2] in _IOB2 for name in names):
        return list(names)
    return [_IOB2.get(name[:2], name[:2]) + name[2:] for name in names]


@dataclass(frozen=True, slots=True)
class Entities:
    """Runs of words with one label; M of them.

    Attributes:
        first, last: (M,) numbers of their words; the last one belongs to it.
        label: (M,) number of the label in ``IobTags.labels``.
    """

    first: Array
    last: Array
    label: Array


@dataclass(frozen=True, slots=True)
class IobTags:
    """IOB2 tags by number; what has no tag counts as outside.

    Attributes:
        labels: labels of entities.
        begins: (tags + 1,) whether a tag is ``B-``; the last place is for ``NO_TAG``.
        label: (tags + 1,) number of the label; -1 outside.
    """

    labels: tuple[str, ...]
    begins: Array
    label: Array

    @classmethod
    def of(cls, names: Sequence[str]) -> IobTags:
        """The tags of that order."""
        own = [name[2:] if name != _OUTSIDE else None for name in names]
        labels = tuple(dict.fromkeys(label for label in own if label is not None))
        number = {label: place for place, label in enumerate(labels)}
        return cls(labels, np.array([name.startswith("B-") for name in names] + [False]),
                   np.array([-1 if label is None else number[label] for label in own] + [-1]))

    def entities(self, tags: Array, example: Array) -> Entities:
        """Read the tags as conlleval does: ``I-`` after another label or none begins an entity too.

        Args:
            tags: (N,) numbers of the words' tags.
            example: (N,) what the words belong to, in order; no entity goes across.
        """
        label, size = self.label[tags], len(tags)
        moves = np.ones(size, bool)
        moves[1:] = (label[1:] != label[:-1]) | (example[1:] != example[:-1])
        breaks = moves | self.begins[tags]
        first = np.flatnonzero(breaks & (label >= 0))
        edges = np.append(np.flatnonzero(breaks), size)
        last = edges[np.searchsorted(edges, first, side="right")] - 1
        return Entities(first, last, label[first])
