"""IOB2 tags of the words of many texts: mended, voted on, read as spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from crosslabel.finetune.combine.opinions import NOTHING, Floats, Ints, Opinion
from crosslabel.pipeline.corpus.tag_numbers import Entities, IobTags, is_iob
from crosslabel.projection.errors import InputError

OUTSIDE = "O"
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class TagNames:
    """All tags, and the way to read them if they are tags of spans.

    Attributes:
        iob: ``None`` with plain labels.
    """

    names: tuple[str, ...]
    iob: IobTags | None

    @classmethod
    def of(cls, seen: Iterable[str]) -> TagNames:
        """Return the tags seen, in alphabetical order; for spans also ``O`` and a ``B-`` per label.

        Raises:
            InputError: tags of spans are mixed with plain labels.
        """
        names = tuple(sorted(set(seen)))
        if not is_iob((OUTSIDE, *names)):
            mixed = sorted(name for name in names if name != OUTSIDE and is_iob((OUTSIDE, name)))
            if mixed:
                plain = next(name for name in names if not is_iob((OUTSIDE, name)))
                raise InputError(f"the files have tags of spans ({mixed[0]}) and plain labels "
                                 f"({plain}); combine files of one kind")
            return cls(names, None)
        begins = {f"B-{name[2:]}" for name in names if name != OUTSIDE}
        names = tuple(sorted({OUTSIDE, *names, *begins}))
        return cls(names, IobTags.of(names))

    @property
    def number(self) -> dict[str | None, int]:
        """The numbers of tags; a missing tag is no opinion."""
        return {None: NOTHING} | {name: place for place, name in enumerate(self.names)}

    def mended(self, choice: Ints, example: Ints) -> Ints:
        """Return the choices with ``B-`` where a span begins; plain labels stay as they are.

        Args:
            choice: (N,) tags by number.
            example: (N,) the text of each word.
        """
        if self.iob is None:
            return choice
        entities = self.iob.entities(choice, example)
        mended = choice.copy()
        mended[entities.first] = self._begin(self.iob)[entities.label]
        return mended

    def voted_spans(self, opinions: Sequence[Opinion], example: Ints, weight: Floats) -> Ints:
        """Return (N,) tags of the spans, exact words and label, with more than half of the weight.

        No two of these overlap, as at least one system would have to give both.

        Args:
            weight: (texts,) total weight of the systems with an opinion on each text.
        """
        iob = self._spans()
        each = [iob.entities(opinion.choice, example) for opinion in opinions]
        spans = np.concatenate(
            [np.stack([entities.first, entities.last, entities.label], 1) for entities in each])
        weights = np.repeat([opinion.weight for opinion in opinions],
                            [len(entities.first) for entities in each])
        distinct, of = np.unique(spans, axis=0, return_inverse=True)
        votes = np.bincount(of.reshape(-1), weights, minlength=len(distinct))
        kept = distinct[2 * votes > weight[example[distinct[:, 0]]] * (1 + _ROUNDING)]
        tags = np.full(len(example), self.names.index(OUTSIDE))
        for first, last, label in kept.tolist():
            name = iob.labels[label]
            if last > first:
                tags[first + 1:last + 1] = self.names.index(f"I-{name}")
            tags[first] = self.names.index(f"B-{name}")
        return tags

    def entities(self, choice: Ints, example: Ints) -> Entities:
        """Return the spans that tags stand for."""
        return self._spans().entities(choice, example)

    def _spans(self) -> IobTags:
        assert self.iob is not None
        return self.iob

    def _begin(self, iob: IobTags) -> Ints:
        """Return (labels,) the number of the first tag of each label."""
        return np.array([self.names.index(f"B-{label}") for label in iob.labels], np.int64)
