"""The common form of both kinds of input: chunks of rows, one per feature shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crosslabel.finetune.features.options import FeatureOptions
from crosslabel.finetune.features.rows import FeatureRow, UnusableRowError
from crosslabel.finetune.schema import LabelOrigin, Task, features
from crosslabel.finetune.tokenizer import StudentTokenizer
from crosslabel.pipeline.corpus.records import Example, Reject, rejected

if TYPE_CHECKING:
    import datasets


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of one feature shard.

    Attributes:
        lang: language of side a.
        number: of the shard within its language.
        content: JSON value that changes whenever the rows do.
        rows: reads the rows; unusable rows of the input come as rejects.
    """

    lang: str
    number: int
    content: Any
    rows: Callable[[], list[FeatureRow | Reject]]


@dataclass(frozen=True, slots=True)
class FeatureSource:
    """An input, ready to be read.

    Attributes:
        labels: class names in the order of their numbers.
        options: with no choice left open.
        origin: the record of the input in a sidecar.
    """

    name: str
    labels: tuple[str, ...]
    options: FeatureOptions
    origin: dict[str, Any]
    chunks: tuple[Chunk, ...]

    def columns(self) -> datasets.Features:
        """Return the columns of its features."""
        return features(self.options.task, self.labels, evaluation=self.options.evaluation)


@dataclass(frozen=True, slots=True)
class ShardWork:
    """The means to turn the rows of a shard into columns, with the resulting rejects and counts.

    Attributes:
        rejects, counts: updated.
    """

    source: FeatureSource
    tokenizer: StudentTokenizer
    rejects: list[Reject]
    counts: Counter[str]

    def reject(self, row: FeatureRow, error: UnusableRowError) -> None:
        """Add a row that gives no features to the rejects."""
        self.rejects.append(
            rejected(self.source.name, row.number, row.a.example, error.reasons))


Columns = Iterator[tuple[FeatureRow, int, dict[str, Any]]]
"""Row, window and the columns of the task, in the order of the rows."""


def given_origin(example: Example, task: Task) -> LabelOrigin:
    """Return ``GOLD`` if a text carries labels for a task, even an empty list, else ``NONE``."""
    if task == "sequence":
        labelled = example.label is not None or example.value is not None
    else:
        labelled = example.task != "text"
    return LabelOrigin.GOLD if labelled else LabelOrigin.NONE


def translated_origin(given: LabelOrigin, task: Task) -> LabelOrigin:
    """Return the origin of the labels of a translation."""
    if given == LabelOrigin.NONE:
        return LabelOrigin.NONE
    return LabelOrigin.COPIED if task == "sequence" else LabelOrigin.PROJECTED
