"""Answers to questions, as spans of the field ``context``.

A context that is longer than the model reads is cut into windows by its tokenizer. The answer is
the pair of first and last token with the highest sum of logits in any window; the sum of both
logits of the first token says how likely there is no answer (Devlin et al. 2019, section 4.3).
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
    """A labeller that answers questions about contexts.

    Args:
        no_answer_above: a question has no answer if the logits favour none by more than this;
            ``None`` answers every question.
    """

    def __init__(self, network: Network, no_answer_above: float | None) -> None:
        self._network = network
        self._no_answer_above = no_answer_above

    @property
    def task(self) -> Task:
        """The task ``spans``, because answers are spans."""
        return "spans"

    @property
    def labels(self) -> tuple[str, ...]:
        """The only label."""
        return (ANSWER,)

    def label(
        self, examples: Sequence[Example], words: Sequence[WordsByField]
    ) -> list[Example | str]:
        """Return the examples with answers; words are not used.

        Arguments and results are described in
        :class:`crosslabel.pipeline.labellers.interface.Labeller`.
        """
        problems = [_problem(example) for example in examples]
        windows = [window for number, example in enumerate(examples) if problems[number] is None
                   for window in self._windows(number, example)]
        best: dict[int, _Answer] = {}
        no_answer: dict[int, float] = {}
        for number, output in self._network.logits([window.inputs for window in windows]):
            window = windows[number]
            answer, none = _best(window, output["start_logits"], output["end_logits"])
            no_answer[window.example] = min(none, no_answer.get(window.example, none))
            known = best.get(window.example)
            if known is None or answer.order > known.order:
                best[window.example] = answer
        return [
            problem or self._answered(example, best[number], no_answer[number])
            for number, (example, problem) in enumerate(zip(examples, problems, strict=True))
        ]

    def _answered(self, example: Example, answer: _Answer, no_answer: float) -> Example:
        plain = replace(example, task="spans", spans=(), relations=(), label=None, value=None,
                        probabilities={})
        limit = self._no_answer_above
        if answer.extent is None or (limit is not None and no_answer - answer.score > limit):
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
        for place, encoding in enumerate(encoded.encodings):
            inside = np.array([side == _CONTEXT for side in encoding.sequence_ids])
            offsets = np.array(encoding.offsets).reshape(-1, 2)
            inside &= offsets[:, 1] > offsets[:, 0]
            inputs = {name: encoded[name][place] for name in names}
            yield _Window(number, place, inputs, inside, offsets, example.fields[CONTEXT])


@dataclass(frozen=True, slots=True)
class _Window:
    """A question with a piece of its context.

    Attributes:
        place: its number among the windows of the context.
        inside: (L,) whether a token belongs to the context.
        offsets: (L, 2) character range of each token.
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
        score: the sum of both logits.
        probability: the product of the probabilities of its first and of its last token, each among
            all tokens of the window.
        order: ranks answers; of equal ones the answer of the earlier window is taken.
    """

    extent: Range | None
    score: float
    probability: float
    order: tuple[float, int]


def _best(window: _Window, starts: Any, ends: Any) -> tuple[_Answer, float]:
    """Return the best answer of a window, and the sum of logits for no answer."""
    best = best_answers(starts[None], ends[None], window.inside[None], window.inside[None])
    first, last, score = int(best.first[0]), int(best.last[0]), float(best.score[0])
    extent = None
    if score > -np.inf:
        begin, end = int(window.offsets[first, 0]), int(window.offsets[last, 1])
        piece = window.context[begin:end]
        begin += len(piece) - len(piece.lstrip())
        extent = (begin, end) if begin < end else None
    probability = float(probabilities(starts)[first] * probabilities(ends)[last])
    answer = _Answer(extent, score, probability, (score, -window.place))
    return answer, float(starts[0] + ends[0])


def _problem(example: Example) -> str | None:
    missing = {QUESTION, CONTEXT} - set(example.fields)
    if missing:
        return f"missing-field: {', '.join(sorted(missing))}; the labeller answers questions"
    return None
