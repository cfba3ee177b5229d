"""The search for the best answer against trying all."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from crosslabel.pipeline.labellers.best_answers import best_answers


@given(st.data(), st.integers(1, 3), st.integers(1, 7), st.integers(1, 9))
def test_the_best_answer_of_all(data: st.DataObject, rows: int, size: int, longest: int) -> None:
    logits = arrays.arrays(np.float32, (rows, size), elements=st.integers(-4, 4))
    masks = arrays.arrays(bool, (rows, size))
    starts, ends = data.draw(logits), data.draw(logits)
    may_start, may_end = data.draw(masks), data.draw(masks)
    found = best_answers(starts, ends, may_start, may_end, longest)
    for row in range(rows):
        allowed = [
            (-(starts[row, first] + ends[row, last]), first, last)
            for first in np.flatnonzero(may_start[row])
            for last in np.flatnonzero(may_end[row]) if first <= last < first + longest
        ]  # fmt: skip
        own = (-found.score[row], found.first[row], found.last[row])
        if allowed:
            assert own == min(allowed)
        else:
            assert found.score[row] == -np.inf
