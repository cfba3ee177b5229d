"""Answers to questions: the best answer of each window, then of all windows of a context."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from crosslabel.finetune.inference.examples import Logits, PredictedExamples, flat
from crosslabel.finetune.reading.columns import Array, fill
from crosslabel.pipeline.corpus.predictions import AnsweredQuestion
from crosslabel.pipeline.labellers.best_answers import BestAnswers, best_answers


def answered(source: PredictedExamples, logits: Logits) -> Iterator[AnsweredQuestion]:
    """Yield the best answer to each question, in order; the first of windows with equal scores."""
    windows, nothing = _read_windows(source, logits)
    offsets, sizes = flat(source.table, "a_offsets")
    begins = np.cumsum(sizes) - sizes
    starts = offsets[begins + 2 * windows.first]
    ends = offsets[begins + 2 * windows.last + 1]
    of_row, examples = source.examples.of_row, source.examples
    order = np.lexsort((-windows.score, of_row))
    best = order[np.unique(of_row[order], return_index=True)[1]]
    lowest = np.full(len(examples), np.inf)
    np.minimum.at(lowest, of_row, nothing)
    for n, row in enumerate(best):
        place = (int(starts[row]), int(ends[row])) if windows.score[row] > -np.inf else None
        yield AnsweredQuestion(
            examples.ids[n], examples.langs[n],
            examples.texts[n][slice(*place)] if place else "", place,
            float(windows.score[row]) if place else None, float(lowest[n]),
        )  # fmt: skip


def _read_windows(source: PredictedExamples, logits: Logits) -> tuple[BestAnswers, Array]:
    """Return the best answer of each window, and the sum of its logits at position 0."""
    may_start, sizes = flat(source.table, "max_context")
    begins = np.cumsum(sizes) - sizes
    context = np.stack([source.table[f"a_ctx_{end}"].to_numpy() for end in ("begin", "end")], 1)
    tokens, scores = np.empty((len(sizes), 2), np.int64), np.empty((len(sizes), 2))
    for rows, batch in logits:
        starts, ends = (batch[f"{name}_logits"].cpu().numpy() for name in ("start", "end"))
        place = np.arange(starts.shape[1])
        inside = (place >= context[rows, :1]) & (place < context[rows, 1:])
        allowed = [may_start[begins[row]:begins[row] + sizes[row]] for row in rows]
        best = best_answers(starts, ends, inside & fill(allowed, len(place), 0, bool), inside)
        tokens[rows] = np.stack([best.first, best.last], 1)
        scores[rows] = np.stack([best.score, starts[:, 0] + ends[:, 0]], 1)
    return BestAnswers(tokens[:, 0], tokens[:, 1], scores[:, 0]), scores[:, 1]
