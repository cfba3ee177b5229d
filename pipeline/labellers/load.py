"""Loading of the labeller that a recipe names."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from crosslabel.pipeline.corpus.records import ANSWER, Example, Task, Words
from crosslabel.pipeline.corpus.tag_numbers import IobTags, as_iob2, is_iob
from crosslabel.pipeline.labellers.facts import LabelFacts, label_facts
from crosslabel.pipeline.labellers.interface import Labeller, WordsByField
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe import Labelling
from crosslabel.projection.errors import InputError

_WAY_OUT = ("give a transformers checkpoint for token classification, sequence classification or "
            "question answering")
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Labels:
    """The task and labels of a labeller, known before it is loaded.

    Attributes:
        labels: names after the recipe's renaming, in the order of the model; none for values.
    """

    task: Task
    labels: tuple[str, ...]


def known_labels(model: Model, labelling: Labelling) -> Labels:
    """Return the task and labels of a model, under the names of a recipe.

    Raises:
        InputError: the model gives no labels, or the recipe renames one that it does not give.
    """
    facts = label_facts(model.path, _WAY_OUT)
    task, labels = _given(facts)
    unknown = sorted(set(labelling.labels) - set(labels))
    if unknown:
        raise InputError(f"label.labels: {model.manifest.name} gives no label {unknown[0]!r}; "
                         f"it gives {', '.join(labels) or 'values'}")
    renamed = (labelling.labels.get(label, label) for label in labels)
    return Labels(task, tuple(dict.fromkeys(label for label in renamed if label)))


def load_labeller(model: Model, labelling: Labelling, device: str) -> Labeller:
    """Return the labeller of a recipe, which is loaded once per process.

    Raises:
        InputError: the model cannot be loaded.
    """
    with _loading:
        labeller = _load(model, labelling.no_answer_above, device)
    return _Renamed(labeller, labelling.labels) if labelling.labels else labeller


@lru_cache(maxsize=2)
def _load(model: Model, no_answer_above: float | None, device: str) -> Labeller:
    from crosslabel.pipeline.labellers.answers import AnswerLabeller
    from crosslabel.pipeline.labellers.network import Network
    from crosslabel.pipeline.labellers.tokens import TokenLabeller
    from crosslabel.pipeline.labellers.whole_texts import TextLabeller

    facts = label_facts(model.path, _WAY_OUT)
    network = Network.load(model.path, facts.head, device)
    if facts.head == "qa":
        return AnswerLabeller(network, no_answer_above)
    if facts.head == "sequence":
        return TextLabeller(network, facts.labels)
    return TokenLabeller(network, facts.labels)


def _given(facts: LabelFacts) -> tuple[Task, tuple[str, ...]]:
    if facts.head == "qa":
        return "spans", (ANSWER,)
    names = as_iob2(facts.labels)
    if facts.head == "sequence":
        return "text", facts.labels
    return ("spans", IobTags.of(names).labels) if is_iob(names) else ("words", facts.labels)


class _Renamed:
    """A labeller with renamed labels; labels without a new name are left out."""

    def __init__(self, labeller: Labeller, names: Mapping[str, str | None]) -> None:
        self._labeller = labeller
        self._names = names

    @property
    def task(self) -> Task:
        return self._labeller.task

    @property
    def labels(self) -> tuple[str, ...]:
        renamed = map(self._name, self._labeller.labels)
        return tuple(dict.fromkeys(label for label in renamed if label))

    def label(
        self, examples: Sequence[Example], words: Sequence[WordsByField]
    ) -> list[Example | str]:
        labelled = self._labeller.label(examples, words)
        return [example if isinstance(example, str) else self._renamed(example)
                for example in labelled]

    def _name(self, label: str) -> str | None:
        return self._names.get(label, label)

    def _renamed(self, example: Example) -> Example | str:
        named = [(span, self._name(span.label)) for span in example.spans]
        label = None if example.label is None else self._name(example.label)
        if example.label is not None and label is None:
            return f"unwanted-label: {example.label!r}, which label.labels leaves out"
        probabilities = self._summed(example.probabilities)
        return replace(
            example, label=max(probabilities, key=lambda name: probabilities[name], default=label),
            spans=tuple(replace(span, label=name) for span, name in named if name),
            words=tuple(self._words(words) for words in example.words),
            probabilities=probabilities,
        )  # fmt: skip

    def _words(self, words: Words) -> Words:
        labels = tuple(label and self._name(label) for label in words.labels)
        scores = tuple(score if label else None
                       for label, score in zip(labels, words.scores, strict=True))
        return replace(words, labels=labels, scores=scores)

    def _summed(self, probabilities: Mapping[str, float]) -> dict[str, float]:
        """Return probabilities by new name; classes with the same new name are added up."""
        sums: dict[str, float] = {}
        for label, probability in probabilities.items():
            name = self._name(label)
            if name:
                sums[name] = sums.get(name, 0.0) + probability
        return sums
