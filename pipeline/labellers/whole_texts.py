"""Labels or values of whole texts; an example with two fields is read as a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Task
from crosslabel.pipeline.corpus.tag_numbers import Array
from crosslabel.pipeline.labellers.interface import WordsByField
from crosslabel.pipeline.labellers.network import Network, probabilities

_MOST_FIELDS = 2


class TextLabeller:
    """A classifier or a regression of texts or of pairs of texts.

    Args:
        names: its classes in the order of their numbers; none for values.
    """

    def __init__(self, network: Network, names: Sequence[str]) -> None:
        self._network = network
        self._names = tuple(names)

    @property
    def task(self) -> Task:
        """The task ``text``, because whole texts are labelled."""
        return "text"

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes."""
        return self._names

    def label(
        self, examples: Sequence[Example], words: Sequence[WordsByField]
    ) -> list[Example | str]:
        """Return the examples with labels or values; words are not used.

        Arguments and results are described in
        :class:`crosslabel.pipeline.labellers.interface.Labeller`.
        """
        results: list[Example | str] = []
        inputs: list[dict[str, list[int]]] = []
        places: list[int] = []
        for example in examples:
            encoded = self._encoded(example)
            if isinstance(encoded, str):
                results.append(encoded)
            else:
                places.append(len(results))
                inputs.append(encoded)
                results.append(example)
        for number, output in self._network.logits(inputs):
            place = places[number]
            results[place] = self._labelled(examples[place], output["logits"])
        return results

    def _encoded(self, example: Example) -> dict[str, list[int]] | str:
        texts = list(example.fields.values())
        if len(texts) > _MOST_FIELDS:
            return (f"too-many-fields: {', '.join(example.fields)}; the labeller reads one text or "
                    "a pair")
        tokenizer: Any = self._network.tokenizer
        encoded: dict[str, list[int]] = dict(tokenizer(*texts, truncation=False, verbose=False))
        size = len(encoded["input_ids"])
        if size > self._network.longest:
            return f"over-limit: {size} tokens, the labeller reads {self._network.longest}"
        return encoded

    def _labelled(self, example: Example, logits: Array) -> Example:
        plain = replace(example, task="text", spans=(), relations=(), label=None, value=None,
                        probabilities={})
        if not self._names:
            return replace(plain, value=float(logits[0]))
        shares = probabilities(logits)
        return replace(
            plain, label=self._names[int(shares.argmax())],
            probabilities=dict(zip(self._names, shares.tolist(), strict=True)),
        )  # fmt: skip
