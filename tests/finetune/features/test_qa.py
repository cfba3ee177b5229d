"""Questions, windows of their contexts, answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from crosslabel.finetune.features.qa import qa_columns
from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.labellers.contexts import best_seen, context_windows, nearest_windows
from tests.finetune.features.hand_made import (
    given,
    lost,
    made,
    options,
    projection,
    reference,
    text_of,
    tokenizer,
    translated,
)

WORDS = st.lists(st.text("abzÄé北京,'-", min_size=1, max_size=8), min_size=1, max_size=60)


def question(words: list[str], answers: list[tuple[int, int]], asked: str = "Who?") -> Example:
    """A question whose answers are given in words of the context."""
    text, ranges = text_of(words)
    spans = tuple(Span(str(n), "context", ((ranges[start][0], ranges[end - 1][1]),), "answer")
                  for n, (start, end) in enumerate(answers))
    return Example("1", "spans", "en", {"question": asked, "context": text}, spans)


@st.composite
def questions(draw: st.DrawFn) -> Example:
    words = draw(WORDS)
    start = draw(st.integers(0, len(words) - 1))
    end = draw(st.integers(start + 1, min(len(words), start + 3)))
    return question(words, [(start, end)], draw(st.text("whoat ?", min_size=1, max_size=60)))


def windows_of(example: Example, **values: Any) -> list[dict[str, Any]]:
    found, *_ = made(qa_columns, [given(example)], options("qa", **values))
    return [columns for *_, columns in found]


@settings(max_examples=60)
@for_all(questions(), st.integers(40, 80))
def test_answers_read_back_from_windows(example: Example, max_length: int) -> None:
    stride = max_length // 2
    answer = example.spans[0].fragments[0]
    context = example.fields["context"]
    found = 0
    for columns in windows_of(example, max_length=max_length, stride=stride):
        offsets = columns["a_offsets"].reshape(-1, 2)
        assert len(offsets) == len(columns["a_input_ids"]) <= max_length
        if columns["a_start"]:
            assert columns["a_ctx_begin"] <= columns["a_start"] <= columns["a_end"] \
                < columns["a_ctx_end"]
            assert (offsets[columns["a_start"]][0], offsets[columns["a_end"]][1]) == answer
            found += 1
        else:
            assert columns["a_start"] == columns["a_end"] == 0
        assert columns["a_answers"] == [{"text": context[slice(*answer)], "start": answer[0]}]
    tokens = tokenizer().texts([context[slice(*answer)]])[0]
    assert found or len(tokens.ids) > stride


@settings(max_examples=60)
@for_all(questions(), st.integers(40, 80), st.integers(0, 20))
def test_windows_are_those_of_transformers(
    example: Example, max_length: int, stride: int
) -> None:
    asked, context = example.fields["question"], example.fields["context"]
    if len(tokenizer().texts([asked])[0].ids) > max_length // 4:
        return
    expected = reference()(asked, context, truncation="only_second", max_length=max_length,
                           stride=stride, return_overflowing_tokens=True)
    found = windows_of(example, max_length=max_length, stride=stride)
    assert [own["a_input_ids"].tolist() for own in found] == expected["input_ids"]
    for own, sequence in zip(found, map(expected.sequence_ids, range(len(found))), strict=True):
        inside = [place for place, of in enumerate(sequence) if of == 1]
        assert inside == list(range(own["a_ctx_begin"], own["a_ctx_end"]))


@for_all(st.integers(0, 200), st.integers(10, 60), st.integers(0, 9))
def test_every_token_is_best_seen_once(length: int, capacity: int, stride: int) -> None:
    windows = context_windows(length, capacity, stride)
    times = np.zeros(length, int)
    for (start, end), seen in zip(windows, best_seen(windows), strict=True):
        assert end - start <= capacity and len(seen) == end - start
        times[start:end] += seen
    assert (times == 1).all()
    for number, (start, end) in enumerate(windows):
        for place in range(start, end):
            around = [(min(place - left, right - 1 - place) + 0.01 * (right - left), -other)
                      for other, (left, right) in enumerate(windows) if left <= place < right]
            assert best_seen(windows)[number][place - start] == (max(around)[1] == -number)


@for_all(st.integers(1, 200), st.integers(1, 200), st.integers(10, 60), st.integers(0, 9))
def test_windows_are_paired_by_place(a: int, b: int, capacity: int, stride: int) -> None:
    own, other = (context_windows(length, capacity, stride) for length in (a, b))
    assert own and other
    for (start, end), chosen in zip(own, nearest_windows(own, other), strict=True):
        distances = [abs((start + end) / a - (left + right) / b) for left, right in other]
        assert distances[chosen] == pytest.approx(min(distances))


def test_windows_of_equal_sides_are_paired_in_order() -> None:
    example = question(["word"] * 100, [(0, 1)])
    row = translated(replace(example, spans=()), example, ())
    found, *_ = made(qa_columns, [row], options("qa", max_length=48, stride=10))
    assert [(own["window_a"], own["window_b"]) for *_, own in found] \
        == [(n, n) for n in range(len(found))]
    assert len(found) > 2


def lost_answer() -> Any:
    b = question(["Anna", "lives", "in", "Rome"], [(3, 4)])
    a = question(["Anna", "lebt", "in", "Rom"], [])
    return translated(a, b, [lost(b.spans[0], ())])


@pytest.mark.parametrize(("on_lost_span", "start"), [("mask", None), ("outside", 0)])
def test_a_lost_answer_is_unknown_or_not_there(on_lost_span: str, start: int | None) -> None:
    found, *_ = made(qa_columns, [lost_answer()], options("qa", on_lost_span=on_lost_span))
    (_, _, columns), = found
    assert (columns["a_start"], columns["a_end"]) == (start, start)
    assert columns["b_start"] > 0


def test_a_lost_answer_drops_the_pair_where_that_is_asked() -> None:
    found, rejects, _ = made(qa_columns, [lost_answer()],
                             options("qa", on_lost_span="drop_pair"))
    assert not found
    assert rejects[0].reasons[0].startswith("lost-span: answer 0")


def test_the_projected_answer_is_the_first_given_one() -> None:
    b = question(["Anna", "lives", "in", "Rome"], [(3, 4), (2, 4)])
    a = question(["Anna", "lebt", "in", "Rom"], [(2, 4), (3, 4)])
    first, second = a.spans
    a = replace(a, spans=(replace(first, id="1"), replace(second, id="0")))
    row = translated(a, b, [projection(a.spans[1]), projection(a.spans[0])])
    (_, _, columns), = made(qa_columns, [row], options("qa"))[0]
    offsets = columns["a_offsets"].reshape(-1, 2)
    start, end = offsets[columns["a_start"]][0], offsets[columns["a_end"]][1]
    assert columns["a_text"][start:end] == "Rom"


def test_a_question_without_answer_points_at_position_zero() -> None:
    (columns,) = windows_of(question(["Nothing", "here"], []))
    assert (columns["a_start"], columns["a_end"]) == (0, 0)


def test_a_row_without_context_is_turned_away() -> None:
    _, rejects, _ = made(qa_columns, [given(Example("1", "spans", "en", {"text": "x"}))],
                         options("qa"))
    assert rejects[0].reasons[0].startswith("missing-field: context, question")
