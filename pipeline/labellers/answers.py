"""Answers to questions, as spans of the field ``context``.

A context that is longer than the model reads is cut into windows by its tokenizer. The answer is
the pair of first and last token with the highest sum of logits in any window; the logits of the
first token added up say how likely there is none (Devlin et al. 2019, section 4.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from crosslabel.pipeline.corpus.records import ANSWER, CONTEXT, QUESTION, Example, Span, Task
from crosslabel.pipeline.labellers.best_answers import best_answers
from crosslabel.pipeline.labellers.interface import WordsByField
from crosslabel.pipeline.labellers.network import Network, probabilities
from crosslabel.projection.interface import Range

_SHARED = 128
_QUESTION_SHARE = 4
_CONTEXT = 1


class AnswerLabeller:
    """A reader of contexts.

    Args:
        no_answer_above: a question has no answer where the logits say so by more than this;
            ``None`` answers every question.
    """

    def __init__(self, network: Network, no_answer_above: float | None) -> None:
        self._network = network
        self._no_answer_above = no_answer_above

    @property
    def task(self) -> Task:
        """Answers are spans."""
        return "spans"

    @property
    def labels(self) -> tuple[str, ...]:
        """The only label."""
        return (ANSWER,)

    def label(
        self, examples: Sequence[Example], words: Sequence[WordsByField]
    ) -> list[Example | str]:
        """See :class:`crosslabel.pipeline.labellers.interface.Labeller`; words are not looked at."""
        problems = [_problem(example) for example in examples]
        windows = [window for number, example in enumerate(examples) if problems[number] is None
                   for window in self._windows(number, example)]
        best: dict[int, _Answer] = {}
        nothing: dict[int, float] = {}
        for number, output in self._network.logits([window.inputs for window in windows]):
            window = windows[number]
            own, none = _best(window, output["start_logits"], output["end_logits"])
            nothing[window.example] = min(none, nothing.get(window.example, none))
            known = best.get(window.example)
            if known is None or own.order > known.order:
                best[window.example] = own
        return [
            problem or self._answered(example, best[number], nothing[number])
            for number, (example, problem) in enumerate(zip(examples, problems, strict=True))
        ]

    def _answered(self, example: Example, answer: _Answer, nothing: float) -> Example:
        plain = replace(example, task="spans", spans=(), relations=(), label=None, value=None,
                        probabilities={})
        limit = self._no_answer_above
        if answer.extent is None or (limit is not None and nothing - answer.score > limit):
            return plain
        span = Span("0", CONTEXT, (answer.extent,), ANSWER, answer.probability)
        return replace(plain, spans=(span,))

    def _windows(self, number: int, example: Example) -> Iterator[_Window]:
        tokenizer: Any = self._network.tokenizer
        longest = self._network.longest
        question = tokenizer(example.fields[QUESTION], add_special_tokens=False, truncation=True,
                             max_length=longest // _QUESTION_SHARE, return_offsets_mapping=True)
        end = max((stop for _, stop in question["offset_mapping"]), default=0)
        encoded = tokenizer(
            example.fields[QUESTION][:end], example.fields[CONTEXT], truncation="only_second",
            max_length=longest, stride=min(_SHARED, longest // _QUESTION_SHARE),
            return_overflowing_tokens=True, return_offsets_mapping=True,
        )  # fmt: skip
        names = [name for name in encoded if name in tokenizer.model_input_names]
        for place, own in enumerate(encoded.encodings):
            inside = np.array([side == _CONTEXT for side in own.sequence_ids])
            offsets = np.array(own.offsets).reshape(-1, 2)
            inside &= offsets[:, 1] > offsets[:, 0]
            inputs = {name: encoded[name][place] for name in names}
            yield _Window(number, place, inputs, inside, offsets, example.fields[CONTEXT])


@dataclass(frozen=True, slots=True)
class _Window:
    """A question with a piece of its context.

    Attributes:
        place: its number among the windows of the context.
        inside: (L,) whether a token is of the context.
        offsets: (L, 2) characters of each token.
    """

    example: int
    place: int
    inputs: dict[str, list[int]]
    inside: np.ndarray[Any, np.dtype[np.bool_]]
    offsets: np.ndarray[Any, np.dtype[np.int64]]
    context: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """The best answer of a window.

    Attributes:
        score: both logits added up.
        probability: of its first token times that of its last, among all tokens of the window.
        order: ranks answers; of equal ones that of the earlier window is taken.
    """

    extent: Range | None
    score: float
    probability: float
    order: tuple[float, int]


def _best(window: _Window, starts: Any, ends: Any) -> tuple[_Answer, float]:
    """The answer of a window, and the sum of logits that there is none."""
    found = best_answers(starts[None], ends[None], window.inside[None], window.inside[None])
    first, last, score = int(found.first[0]), int(found.last[0]), float(found.score[0])
    extent = None
    if score > -np.inf:
        begin, end = int(window.offsets[first, 0]), int(window.offsets[last, 1])
        piece = window.context[begin:end]
        begin += len(piece) - len(piece.lstrip())
        extent = (begin, end) if begin < end else None
    sure = float(probabilities(starts)[first] * probabilities(ends)[last])
    return _Answer(extent, score, sure, (score, -window.place)), float(starts[0] + ends[0])


def _problem(example: Example) -> str | None:
    missing = {QUESTION, CONTEXT} - set(example.fields)
    if missing:
        return f"missing-field: {', '.join(sorted(missing))}; the labeller answers questions"
    return None
