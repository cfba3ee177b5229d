"""The interface of all labellers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from crosslabel.pipeline.corpus.records import Example, Task
from crosslabel.projection.interface import Range

WordsByField = Mapping[str, tuple[Range, ...]]


class Labeller(Protocol):
    """A loaded model that labels texts.

    Attributes:
        task: the task of the examples that it returns.
        labels: names that it may give; none for values. Answers are labelled ``answer``.
    """

    @property
    def task(self) -> Task: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    def label(
        self, examples: Sequence[Example], words: Sequence[WordsByField]
    ) -> list[Example | str]:
        """Return the examples in order with the model's labels in place of their given labels.

        Args:
            words: character ranges of the words of each example's fields.

        Returns:
            For each example itself with labels, or ``code: explanation`` of why it has none.
        """
        ...
