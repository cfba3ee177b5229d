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
    """The rows of a corpus that repeat an earlier row; takes 32 bytes of memory per row.

    Args:
        rows: all rows in order.
        kind: when two texts count as the same, see :mod:`crosslabel.pipeline.text.same_text`.
    """

    def __init__(self, rows: Iterable[Example | Reject], kind: Kind) -> None:
        texts, labels = array("Q"), array("Q")
        for row in rows:
            hashes = _UNREAD if isinstance(row, Reject) else (text_hash(row, kind), _labels(row))
            for column, row_hash in zip((texts, labels), hashes, strict=True):
                column.append(row_hash)
        self._texts = np.frombuffer(texts, np.uint64)
        self._labels = np.frombuffer(labels, np.uint64)
        self._distinct, self._first = np.unique(self._texts, return_index=True)

    def reason(self, number: int) -> str | None:
        """Return why a good row is a duplicate, or ``None`` if it is not.

        Args:
            number: number of the row, from 1.
        """
        index = number - 1
        first = int(self._first[np.searchsorted(self._distinct, self._texts[index])])
        if first == index:
            return None
        differ = " with other labels" if self._labels[first] != self._labels[index] else ""
        return f"{CODE}: same text as row {first + 1}{differ}"


def _labels(example: Example) -> int:
    """Return the hash of all labels; ids of spans do not count."""
    spans = {span.id: (span.field, span.fragments, span.label) for span in example.spans}
    relations = [(spans[relation.head], spans[relation.tail], relation.label)
                 for relation in example.relations]
    words = [asdict(entry) for entry in example.words]
    lost = [asdict(span) for span in example.lost]
    return hashed(canonical([example.label, example.value, sorted(spans.values()),
                             sorted(relations), words, lost]))
