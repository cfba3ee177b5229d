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
    """All tags, and how to read them if they are those of spans.

    Attributes:
        iob: ``None`` with plain labels.
    """

    names: tuple[str, ...]
    iob: IobTags | None

    @classmethod
    def of(cls, seen: Iterable[str]) -> TagNames:
        """The tags seen, in alphabetical order; of spans also ``O`` and the first of each label.

        Raises:
            InputError: some are of spans, some are not.
        """
        names = tuple(sorted(set(seen)))
        if not is_iob((OUTSIDE, *names)):
            mixed = sorted(name for name in names if name != OUTSIDE and is_iob((OUTSIDE, name)))
            if mixed:
                other = next(name for name in names if not is_iob((OUTSIDE, name)))
                raise InputError(f"the files have tags of spans ({mixed[0]}) and plain labels "
                                 f"({other}); combine files of one kind")
            return cls(names, None)
        begins = {f"B-{name[2:]}" for name in names if name != OUTSIDE}
        names = tuple(sorted({OUTSIDE, *names, *begins}))
        return cls(names, IobTags.of(names))

    @property
    def number(self) -> dict[str | None, int]:
        """Numbers of tags; no tag says nothing."""
        return {None: NOTHING} | {name: place for place, name in enumerate(self.names)}

    def mended(self, choice: Ints, example: Ints) -> Ints:
        """The same with ``B-`` where a span begins; plain labels stay as they are.

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
        """(N,) tags of the spans, exact words and label, that more than half of the weight is for.

        No two of these overlap, as some system has both.

        Args:
            weight: (texts,) of the systems that say something of each.
        """
        iob = self._spans()
        each = [iob.entities(own.choice, example) for own in opinions]
        spans = np.concatenate([np.stack([own.first, own.last, own.label], 1) for own in each])
        weights = np.repeat([own.weight for own in opinions], [len(own.first) for own in each])
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
        """The spans that tags say."""
        return self._spans().entities(choice, example)

    def _spans(self) -> IobTags:
        assert self.iob is not None
        return self.iob

    def _begin(self, iob: IobTags) -> Ints:
        """(labels,) number of the first tag of each label."""
        return np.array([self.names.index(f"B-{label}") for label in iob.labels], np.int64)
