"""Features for question answering: ``<s> question </s></s> window of the context </s>``.

Spans in the field ``context`` are answers. The windows of one example's two sides are paired by
their places in the contexts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.finetune.features.options import FeatureOptions
from crosslabel.finetune.features.rows import FeatureRow, LabelledSide, UnusableRowError
from crosslabel.finetune.features.source import Columns, ShardWork
from crosslabel.finetune.schema import LabelOrigin
from crosslabel.finetune.tokenizer import StudentTokenizer, SubWords
from crosslabel.pipeline.corpus.lost_spans import RUINED
from crosslabel.pipeline.corpus.records import CONTEXT, QUESTION, Example, Pair, Span
from crosslabel.pipeline.labellers.contexts import best_seen, context_windows, nearest_windows
from crosslabel.projection.interface import Range

_SPECIAL = 4
_QUESTION_SHARE = 4
"""Questions longer than this part of ``max_length`` are cut, so that the context has room."""
_NOT_HERE = 0


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of an example.

    Attributes:
        question: (q,) ids.
        answer: first and last token of the answer in the context; ``None`` if there is none.
        known: whether ``answer`` can be used for learning.
        windows: ranges of tokens of the context.
    """

    question: NDArray[np.int32]
    context: SubWords
    answer: Range | None
    known: bool
    windows: list[Range]

    @property
    def before(self) -> int:
        """The number of tokens before the context."""
        return len(self.question) + _SPECIAL - 1

    def target(self, window: int) -> tuple[int | None, int | None]:
        """Return the first and last token of the answer in the sequence of a window."""
        if not self.known:
            return None, None
        begin, end = self.windows[window]
        if self.answer is None or self.answer[0] < begin or self.answer[1] >= end:
            return _NOT_HERE, _NOT_HERE
        moved = self.before - begin
        return self.answer[0] + moved, self.answer[1] + moved


def qa_columns(rows: Sequence[FeatureRow], work: ShardWork) -> Columns:
    """Yield the columns of every window of side a of every row."""
    answers = []
    for row in rows:
        try:
            answers.append((row, [_answer(side, work.source.options) for side in _sides(row)]))
        except UnusableRowError as error:
            work.reject(row, error)
    flat = [answer for _, both in answers for answer in both]
    sides = iter(_cut([row for row, _ in answers], flat, work))
    for row, _ in answers:
        a, b = next(sides), next(sides) if row.b else None
        paired = nearest_windows(a.windows, b.windows) if b else []
        seen = best_seen(a.windows)
        for window in range(len(a.windows)):
            columns = _side_columns("a", a, window, work.tokenizer)
            columns |= (_side_columns("b", b, paired[window], work.tokenizer) if b
                        else {"b_input_ids": [], "b_ctx_begin": 0, "b_ctx_end": 0})
            if work.source.options.evaluation:
                columns |= _evaluation(row.a.example, a, window, seen[window])
            yield row, window, columns


def _sides(row: FeatureRow) -> list[LabelledSide]:
    return [row.a, row.b] if row.b else [row.a]


def _answer(side: LabelledSide, options: FeatureOptions) -> tuple[Range | None, bool]:
    """Return the characters of the answer to learn, and whether it is known at all."""
    missing = {QUESTION, CONTEXT} - set(side.example.fields)
    if missing:
        raise UnusableRowError(f"missing-field: {', '.join(sorted(missing))}; question answering "
                               "needs question and context")
    if side.origin == LabelOrigin.NONE:
        return None, False
    labelled = side.pair.b if side.pair else side.example
    given = _answers(labelled)
    if not given:
        lost = any(span.field == CONTEXT for span in labelled.lost)
        return None, not lost or options.on_lost_span == "outside"
    span = next((span for span in _answers(side.example) if span.id == given[0].id), None)
    if span is not None:
        return (span.fragments[0][0], span.fragments[-1][1]), True
    if options.on_lost_span == "drop_pair":
        raise UnusableRowError(f"lost-span: {given[0].label} {given[0].id}: the answer has no "
                               "place in the translation")
    return None, options.on_lost_span == "outside" and not _is_ruined(side.pair, given[0].id)


def _is_ruined(pair: Pair | None, id: str) -> bool:
    """Return whether the translation of the segment with a span is ruined."""
    return pair is not None and any(p.span_id == id and p.reason == RUINED
                                    for p in pair.projections)


def _answers(example: Example) -> list[Span]:
    return [span for span in example.spans if span.field == CONTEXT]


def _cut(
    rows: Sequence[FeatureRow], answers: Sequence[tuple[Range | None, bool]], work: ShardWork
) -> list[_Side]:
    """Return the sides of all rows, tokenised at once."""
    options = work.source.options
    examples = [side.example for row in rows for side in _sides(row)]
    questions = work.tokenizer.texts([example.fields[QUESTION] for example in examples])
    contexts = work.tokenizer.texts([example.fields[CONTEXT] for example in examples])
    longest = options.max_length // _QUESTION_SHARE
    made = []
    for question, context, (answer, known) in zip(questions, contexts, answers, strict=True):
        work.counts["questions cut"] += len(question.ids) > longest
        ids = question.ids[:longest]
        place = _tokens(context, answer) if answer else None
        work.counts["answers without tokens"] += answer is not None and place is None
        capacity = options.max_length - _SPECIAL - len(ids)
        made.append(_Side(ids, context, place, known and (place is not None or answer is None),
                          context_windows(len(context.ids), capacity, options.stride)))
    return made


def _tokens(context: SubWords, answer: Range) -> Range | None:
    """Return the first and last token that share a character with the answer."""
    start, end = answer
    inside = np.flatnonzero((context.offsets[:, 0] < end) & (context.offsets[:, 1] > start))
    return (int(inside[0]), int(inside[-1])) if len(inside) else None


def _side_columns(
    name: str, side: _Side, window: int, tokenizer: StudentTokenizer
) -> dict[str, Any]:
    facts = tokenizer.facts
    begin, end = side.windows[window]
    ids = np.concatenate([
        [facts.bos_id], side.question, [facts.eos_id] * 2, side.context.ids[begin:end],
        [facts.eos_id],
    ])
    start, last = side.target(window)
    return {
        f"{name}_input_ids": ids.astype(np.int32),
        f"{name}_start": start,
        f"{name}_end": last,
        f"{name}_ctx_begin": side.before,
        f"{name}_ctx_end": side.before + end - begin,
        f"window_{name}": window,
    }


def _evaluation(
    example: Example, side: _Side, window: int, seen: NDArray[np.bool_]
) -> dict[str, Any]:
    begin, end = side.windows[window]
    around = (side.before, 1)
    text = example.fields[CONTEXT]
    return {
        "a_offsets": np.pad(side.context.offsets[begin:end], (around, (0, 0))).reshape(-1),
        "a_text": text,
        "a_answers": [{"text": text[span.fragments[0][0]:span.fragments[-1][1]],
                       "start": span.fragments[0][0]} for span in _answers(example)],
        "max_context": np.pad(seen, around),
    }
