"""Predicted classes and values of whole texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from crosslabel.finetune.inference.examples import Logits, PredictedExamples
from crosslabel.finetune.reading.columns import Array
from crosslabel.pipeline.corpus.predictions import ClassifiedText, ValuedText

if TYPE_CHECKING:
    from torch import Tensor


def classified(source: PredictedExamples, logits: Logits) -> Iterator[ClassifiedText | ValuedText]:
    """Yield the class of each example, or its value if there are no classes, in their order."""
    langs, ids = source.examples.langs, source.examples.ids
    if not source.labels:
        values = _by_example(source, ((rows, batch["logits"]) for rows, batch in logits))
        for example_id, lang, value in zip(ids, langs, values[:, 0].tolist(), strict=True):
            yield ValuedText(example_id, lang, value)
        return
    sure = _by_example(source, ((rows, batch["logits"].softmax(-1)) for rows, batch in logits))
    best = sure.argmax(axis=1)
    for example_id, lang, label, row in zip(ids, langs, best, sure.tolist(), strict=True):
        yield ClassifiedText(example_id, lang, source.labels[label],
                             dict(zip(source.labels, row, strict=True)))


def _by_example(source: PredictedExamples, batches: Iterable[tuple[Array, Tensor]]) -> Array:
    """Return numbers (examples, classes) of the only row of each example."""
    numbers: Array = np.empty((source.table.num_rows, max(1, len(source.labels))), np.float32)
    for rows, values in batches:
        numbers[rows] = values.cpu().numpy()
    return numbers[source.examples.first]
