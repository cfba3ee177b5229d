"""Features of whole texts: one field, or two as ``<s> A </s></s> B </s>``, with a class or a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crosslabel.finetune.features.rows import FeatureRow, LabelledSide, UnusableRowError
from crosslabel.finetune.features.source import Columns, ShardWork

_MOST_FIELDS = 2


def sequence_columns(rows: Sequence[FeatureRow], work: ShardWork) -> Columns:
    """Yield the columns of every row; texts too long are cut, the longest first, and counted."""
    labels = _Labels(work.source.labels, work.counts)
    usable = []
    for row in rows:
        try:
            sides = [row.a, row.b] if row.b else [row.a]
            usable.append((row, [_texts(side) for side in sides],
                           [labels.column(side) for side in sides]))
        except UnusableRowError as error:
            work.reject(row, error)
    flat = [texts for _, both, _ in usable for texts in both]
    tokenised = iter(work.tokenizer.pairs(flat, work.source.options.max_length))
    for row, both, values in usable:
        columns: dict[str, Any] = {"b_input_ids": []}
        for name, value in zip("ab", values, strict=False):
            ids, cut = next(tokenised)
            work.counts[f"texts cut on side {name}"] += cut
            columns |= {f"{name}_input_ids": ids, f"{name}_{labels.kind}": value}
        if work.source.options.evaluation:
            columns |= {"a_text": "\n".join(both[0]), "a_offsets": [], "a_answers": [],
                        "max_context": []}
        yield row, 0, columns


class _Labels:
    """The labels of whole texts: class numbers, or values if there are no classes."""

    def __init__(self, names: Sequence[str], counts: Counter[str]) -> None:
        self._counts = counts
        self.kind = "label" if names else "value"
        self._number = {name: number for number, name in enumerate(names)}

    def column(self, side: LabelledSide) -> int | float | None:
        """Return the label of a side, ``None`` if it has none or one that is not a class."""
        label = side.example.label
        if self.kind == "value":
            return side.example.value
        self._counts["texts without a label"] += label is None
        self._counts["texts of other classes"] += label is not None and label not in self._number
        return None if label is None else self._number.get(label)


def _texts(side: LabelledSide) -> tuple[str, ...]:
    fields = side.example.fields
    if len(fields) > _MOST_FIELDS:
        raise UnusableRowError(f"too-many-fields: {', '.join(fields)}; at most two go into one "
                               "sequence")
    return tuple(fields.values())
