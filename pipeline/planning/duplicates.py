"""Rows that repeat an earlier row of the corpus."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import asdict

import numpy as np

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.storage.keys import canonical
from crosslabel.pipeline.text.same_text import Kind, hashed, text_hash

CODE = "duplicate"
_UNREAD = (0, 0)


class Duplicates:
    """Which rows of a corpus repeat an earlier one; holds 32 bytes for each row.

    Args:
        rows: all rows in order.
        kind: when texts are the same, see :mod:`crosslabel.pipeline.text.same_text`.
    """

    def __init__(self, rows: Iterable[Example | Reject], kind: Kind) -> None:
        texts, labels = array("Q"), array("Q")
        for row in rows:
            hashes = _UNREAD if isinstance(row, Reject) else (text_hash(row, kind), _labels(row))
            for known, own in zip((texts, labels), hashes, strict=True):
                known.append(own)
        self._texts = np.frombuffer(texts, np.uint64)
        self._labels = np.frombuffer(labels, np.uint64)
        self._distinct, self._first = np.unique(self._texts, return_index=True)

    def reason(self, number: int) -> str | None:
        """Why a good row is a duplicate, ``None`` if it is not.

        Args:
            number: of the row, from 1.
        """
        own = number - 1
        first = int(self._first[np.searchsorted(self._distinct, self._texts[own])])
        if first == own:
            return None
        differ = " with other labels" if self._labels[first] != self._labels[own] else ""
        return f"{CODE}: same text as row {first + 1}{differ}"


def _labels(example: Example) -> int:
    """Hash of all labels; ids of spans do not count."""
    spans = {span.id: (span.field, span.fragments, span.label) for span in example.spans}
    relations = [(spans[own.head], spans[own.tail], own.label) for own in example.relations]
    words = [asdict(own) for own in example.words]
    return hashed(canonical([example.label, example.value, sorted(spans.values()),
                             sorted(relations), words]))
