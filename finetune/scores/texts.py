"""The figures of whole texts: accuracy of classes, correlation of values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crosslabel.finetune.scores.metrics import Correlation, Floats, Metric, Ratio
from crosslabel.finetune.scores.predicted import Row


def class_metrics(
    labels: Sequence[str], classes: Sequence[int], predicted: Sequence[Row | None]
) -> list[Metric]:
    """Return the accuracy of one system; a missing label counts as wrong."""
    right = np.array([row is not None and row["label"] == labels[number]
                      for row, number in zip(predicted, classes, strict=True)])
    return [Ratio("accuracy", right.astype(np.int64), np.ones(len(right), np.int64))]


def value_metrics(values: Floats, predicted: Sequence[Row | None]) -> list[Metric]:
    """Return Pearson's and Spearman's correlation of one system."""
    given = np.array([np.nan if row is None else row["value"] for row in predicted], np.float64)
    return [Correlation("pearson", given, values), Correlation("spearman", given, values, True)]
