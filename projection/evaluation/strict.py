"""Strict evaluation of projected spans against gold spans.

A predicted span is correct when a gold span has the same boundaries and the same label; precision,
recall and F1 over all spans (micro) are the same as in ``seqeval``. Every error has one kind:

- ``label``: it has the boundaries of a gold span, but another label;
- ``boundary``: it overlaps a gold span of the same label;
- ``missed`` / ``spurious``: a gold / predicted span that is none of these.

Each span is matched at most once: correct ones first, then ``label``, then ``boundary`` by largest
overlap. So gold = correct + label + boundary + missed, predicted = correct + label + boundary +
spurious.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from crosslabel.projection.files.pairs import Labelled

ERROR_KINDS = ("boundary", "label", "missed", "spurious")


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of one label, or of all."""

    correct: int = 0
    predicted: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted spans that are correct; 0 if there are none."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold spans that were predicted; 0 if there are none."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.predicted + self.gold
        return 2 * self.correct / total if total else 0.0


@dataclass(slots=True)
class Evaluation:
    """Counts over the pairs of a set.

    Attributes:
        correct, predicted, gold: spans by label.
        errors: number of errors by kind.
        reachable, source: by label, the spans that a perfect projector would get right, and the
            spans that it is given.
    """

    correct: Counter[str] = field(default_factory=Counter)
    predicted: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    reachable: Counter[str] = field(default_factory=Counter)
    source: Counter[str] = field(default_factory=Counter)

    def add(
        self, gold: Sequence[Labelled], predicted: Sequence[Labelled], source: Iterable[str]
    ) -> None:
        """Count one pair.

        Args:
            source: labels of the spans that were to be projected.
        """
        kinds = compare(gold, predicted)
        self.correct.update(kinds["correct"])
        self.errors.update({kind: len(kinds[kind]) for kind in ERROR_KINDS})
        self.predicted.update(span.label for span in predicted)
        self.gold.update(span.label for span in gold)
        given = Counter(source)
        self.source.update(given)
        self.reachable.update(given & Counter(span.label for span in gold))

    def label(self, label: str) -> Score:
        """Return the score of one label."""
        return Score(self.correct[label], self.predicted[label], self.gold[label])

    def labels(self) -> list[str]:
        """Return all labels, gold or predicted, sorted."""
        return sorted(set(self.gold) | set(self.predicted))

    def micro(self) -> Score:
        """Return the score over all spans."""
        return Score(self.correct.total(), self.predicted.total(), self.gold.total())

    def ceiling(self) -> Score:
        """Return the score of an oracle that projects every source label perfectly.

        It is limited only by how many spans of each label the two sides of a pair have.
        """
        return Score(self.reachable.total(), self.source.total(), self.gold.total())


def compare(gold: Sequence[Labelled], predicted: Sequence[Labelled]) -> dict[str, list[str]]:
    """Return the labels of the spans of one pair by kind: ``correct`` and the four kinds of errors.

    ``label``, ``boundary`` and ``missed`` give gold labels, ``spurious`` predicted ones.
    """
    left, right = list(gold), list(predicted)
    kinds = {
        "correct": _take(left, right, lambda g, p: int(g == p)),
        "label": _take(left, right, lambda g, p: int(g.fragments == p.fragments)),
        "boundary": _take(left, right, lambda g, p: g.label == p.label and _overlap(g, p)),
    }
    missed, spurious = ([span.label for span in rest] for rest in (left, right))
    return kinds | {"missed": missed, "spurious": spurious}


def _take(
    gold: list[Labelled], predicted: list[Labelled], affinity: Callable[[Labelled, Labelled], int]
) -> list[str]:
    """Remove pairs of positive affinity from both lists, highest first; return their gold labels.
    """
    pairs = sorted(
        (-value, g, p)
        for g, gold_span in enumerate(gold)
        for p, predicted_span in enumerate(predicted)
        if (value := affinity(gold_span, predicted_span)) > 0
    )
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    for _, g, p in pairs:
        if g not in used_gold and p not in used_predicted:
            used_gold.add(g)
            used_predicted.add(p)
    labels = [gold[g].label for g in sorted(used_gold)]
    gold[:] = [span for n, span in enumerate(gold) if n not in used_gold]
    predicted[:] = [span for n, span in enumerate(predicted) if n not in used_predicted]
    return labels


def _overlap(gold: Labelled, predicted: Labelled) -> int:
    return sum(
        max(0, min(end, right) - max(start, left))
        for start, end in gold.fragments
        for left, right in predicted.fragments
    )
