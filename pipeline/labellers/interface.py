"""What every labeller is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from crosslabel.pipeline.corpus.records import Example, Task
from crosslabel.projection.interface import Range

WordsByField = Mapping[str, tuple[Range, ...]]


class Labeller(Protocol):
    """A loaded model that labels texts.

    Attributes:
        task: what the examples that it gives are of.
        labels: names that it may give; none for values. Answers are labelled ``answer``.
    """

    @property
    def task(self) -> Task: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    def label(
        self, examples: Sequence[Example], words: Sequence[WordsByField]
    ) -> list[Example | str]:
        """The examples with what the model says of them, in order; what they carried is replaced.

        Args:
            words: character ranges of the words of each example's fields.

        Returns:
            Per example itself with labels, or ``code: explanation`` of why it has none.
        """
        ...
