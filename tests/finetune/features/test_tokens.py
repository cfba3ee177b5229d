"""Labels of words at their first sub-words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from crosslabel.finetune.features.tokens import token_columns
from crosslabel.finetune.schema import IGNORE
from crosslabel.pipeline.corpus.records import Example, Span, Words
from crosslabel.projection.errors import InputError
from tests.finetune.features.hand_made import (
    TAGS,
    given,
    lost,
    made,
    options,
    projection,
    reference,
    tagged,
    tokenizer,
    translated,
)

WORD = st.text("abzÄßéжñ北京١٢ا-.,'’½ﬁ", min_size=1, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=24)


@st.composite
def tagged_texts(draw: st.DrawFn) -> tuple[list[str], list[tuple[int, int, str]]]:
    words = draw(WORDS)
    cuts = sorted(draw(st.sets(st.integers(0, len(words)), max_size=8)))
    spans = [(start, end, draw(st.sampled_from(["PER", "LOC"])))
             for start, end in itertools.pairwise(cuts) if draw(st.booleans())]
    return words, spans


def word_tags(windows: list[dict[str, Any]]) -> dict[int, str | None]:
    """Tag by word of side a, read back from the windows of one row."""
    found: dict[int, str | None] = {}
    for columns in windows:
        before = -1
        for word, label in zip(columns["a_word_ids"], columns["a_token_labels"], strict=True):
            if word in (-1, before):
                assert label == IGNORE
            else:
                assert word not in found
                found[int(word)] = TAGS[label] if label != IGNORE else None
            before = word
    return found


def known_tags(labels: Sequence[int]) -> list[str]:
    return [TAGS[label] for label in labels if label != IGNORE]


def spans_of(tags: dict[int, str | None]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for word in sorted(tags):
        tag = tags[word] or "O"
        if tag.startswith("B-"):
            spans.append((word, word + 1, tag[2:]))
        elif tag.startswith("I-"):
            start, end, label = spans[-1]
            assert (end, label) == (word, tag[2:])
            spans[-1] = (start, word + 1, label)
    return spans


@settings(max_examples=60)
@for_all(tagged_texts(), st.integers(8, 40))
def test_labels_read_back_give_the_spans(
    text: tuple[list[str], list[tuple[int, int, str]]], max_length: int
) -> None:
    words, spans = text
    found, rejects, _ = made(token_columns, [given(tagged(words, spans))],
                             options("token", max_length=max_length), TAGS)
    assert not rejects
    windows = [columns for *_, columns in found]
    assert all(len(own["a_input_ids"]) <= max_length for own in windows)
    tags = word_tags(windows)
    assert sorted(tags) == list(range(len(words)))
    assert spans_of(tags) == spans


@settings(max_examples=60)
@for_all(WORDS)
def test_ids_are_those_of_transformers(words: list[str]) -> None:
    found, *_ = made(token_columns, [given(tagged(words))], options("token", max_length=512), TAGS)
    (_, _, columns), = found
    expected = reference()(words, is_split_into_words=True)
    assert columns["a_input_ids"].tolist() == expected["input_ids"]
    assert [None if word == -1 else word for word in columns["a_word_ids"].tolist()] \
        == expected.word_ids()


@settings(max_examples=60)
@for_all(WORDS, st.integers(8, 40))
def test_offsets_stay_in_their_words_and_cover_them(words: list[str], max_length: int) -> None:
    example = tagged(words)
    found, _, counts = made(token_columns, [given(example)],
                            options("token", max_length=max_length), TAGS)
    ranges = example.words[0].ranges
    covered: dict[int, set[int]] = {}
    for *_, columns in found:
        offsets = columns["a_offsets"].reshape(-1, 2)
        assert columns["a_text"] == example.fields["text"]
        assert offsets[0].tolist() == offsets[-1].tolist() == [0, 0]
        for word, (start, end) in zip(columns["a_word_ids"][1:-1], offsets[1:-1], strict=True):
            left, right = ranges[word]
            assert left <= start <= end <= right
            covered.setdefault(int(word), set()).update(range(start, end))
    if not counts["words cut"]:
        assert covered == {n: set(range(*own)) for n, own in enumerate(ranges)}


@settings(max_examples=40)
@for_all(WORDS, WORDS, st.integers(8, 30))
def test_windows_of_both_sides_hold_all_words_in_order(
    a: list[str], b: list[str], max_length: int
) -> None:
    row = translated(tagged(a), tagged(b), ())
    found, _, counts = made(token_columns, [row], options("token", max_length=max_length), TAGS)
    assert [window for _, window, _ in found] == sorted({window for _, window, _ in found})
    if counts["words cut"] or counts["windows without side a"]:
        return
    for side, words in (("a", a), ("b", b)):
        joined = np.concatenate([np.array(columns[f"{side}_input_ids"], np.int32)[1:-1]
                                 for *_, columns in found])
        expected = reference()(words, is_split_into_words=True, add_special_tokens=False)
        assert joined.tolist() == expected["input_ids"]
        assert all(len(columns[f"{side}_input_ids"]) <= max_length for *_, columns in found)


def test_a_row_that_fits_is_one_window() -> None:
    row = translated(tagged(["Anna", "kam"]), tagged(["Anna", "came", "late"]), ())
    found, *_ = made(token_columns, [row], options("token"), TAGS)
    assert [window for _, window, _ in found] == [0]


def test_a_word_longer_than_a_window_is_cut_and_counted() -> None:
    found, _, counts = made(token_columns, [given(tagged(["ab" * 200, "c"]))],
                            options("token", max_length=16), TAGS)
    assert counts["words cut"] == 1
    assert all(len(columns["a_input_ids"]) <= 16 for *_, columns in found)
    assert sorted(word_tags([columns for *_, columns in found])) == [0, 1]


def test_a_short_side_b_leaves_its_last_windows_empty() -> None:
    row = translated(tagged(["Wort"] * 60), tagged(["word"]), ())
    found, *_ = made(token_columns, [row], options("token", max_length=32), TAGS)
    sizes = [len(columns["b_input_ids"]) for *_, columns in found]
    assert len(sizes) > 1
    assert sorted(sizes)[-2] == 0 < sorted(sizes)[-1]
    assert all(len(own["b_input_ids"]) == len(own["b_token_labels"]) for *_, own in found)


A = ["Anna", "zog", "nach", "Rom", "um", "."]
B = ["Anna", "moved", "to", "Rome", "."]


def anna(*masses: float) -> Any:
    """A pair whose place is lost, perhaps in words 2 and 3 of the translation."""
    b = tagged(B, [(0, 1, "PER"), (3, 4, "LOC")])
    a = tagged(A, [(0, 1, "PER")])
    return translated(a, b, [projection(a.spans[0], probability=0.75),
                             lost(b.spans[1], (2, 3), masses)])


def labels_and_weights(columns: dict[str, Any]) -> tuple[list[Any], list[float]]:
    first = [n for n, (word, before) in enumerate(
        zip(columns["a_word_ids"][1:], columns["a_word_ids"][:-1], strict=True), start=1)
        if word not in (-1, before)]
    labels = [columns["a_token_labels"][n] for n in first]
    rest = set(range(len(columns["a_word_ids"]))) - set(first)
    assert all(columns["a_token_weights"][n] == 0 for n in rest)
    return ([TAGS[label] if label != IGNORE else None for label in labels],
            [float(columns["a_token_weights"][n]) for n in first])


def test_mask_hides_likely_words_and_trusts_the_others_less() -> None:
    found, *_ = made(token_columns, [anna(0.25, 0.5)], options("token"), TAGS)
    labels, weights = labels_and_weights(found[0][2])
    assert labels == ["B-PER", "O", "O", None, "O", "O"]
    assert weights == [0.75, 1.0, 0.75, 0.0, 1.0, 1.0]


def test_mask_takes_likely_words_without_mass_for_certain() -> None:
    found, _, counts = made(token_columns, [anna()], options("token"), TAGS)
    assert labels_and_weights(found[0][2])[0] == ["B-PER", "O", None, None, "O", "O"]
    assert counts["words masked"] == 2


def test_outside_says_that_lost_words_are_outside() -> None:
    found, *_ = made(token_columns, [anna(0.25, 0.5)], options("token", on_lost_span="outside"),
                     TAGS)
    labels, weights = labels_and_weights(found[0][2])
    assert labels == ["B-PER", "O", "O", "O", "O", "O"]
    assert weights == [0.75, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_drop_pair_turns_the_row_away_with_its_reason() -> None:
    complete = translated(tagged(A, [(0, 1, "PER")]), tagged(B, [(0, 1, "PER")]),
                          [projection(tagged(A, [(0, 1, "PER")]).spans[0])])
    found, rejects, _ = made(token_columns, [anna(0.25, 0.5), complete],
                             options("token", on_lost_span="drop_pair"), TAGS)
    assert [row for row, *_ in found] == [complete]
    assert [own.reasons for own in rejects] == [("lost-span: LOC 1: no link",)]


def test_given_sides_are_trusted_and_keep_their_labels() -> None:
    found, *_ = made(token_columns, [anna(0.25, 0.5)], options("token"), TAGS)
    assert known_tags(found[0][2]["b_token_labels"]) == ["B-PER", "O", "O", "B-LOC", "O"]
    found, *_ = made(token_columns, [given(tagged(A, [(0, 1, "PER")]))], options("token"), TAGS)
    assert labels_and_weights(found[0][2])[1] == [1.0] * len(A)


NESTED = [(0, 3, "LOC"), (1, 2, "PER")]


def test_nested_spans_are_refused_unless_one_is_chosen() -> None:
    row = given(tagged(["a", "b", "c"], NESTED, id="row-7"))
    with pytest.raises(InputError, match=r"hand-made, row row-7: .*nested: outermost"):
        made(token_columns, [row], options("token"), TAGS)


@pytest.mark.parametrize(("nested", "tags"), [
    ("outermost", ["B-LOC", "I-LOC", "I-LOC"]), ("innermost", ["O", "B-PER", "O"]),
])
def test_nested_spans_are_tagged_as_chosen_on_both_sides(nested: str, tags: list[str]) -> None:
    b, a = tagged(["a", "b", "c"], NESTED), tagged(["x", "y", "z"], NESTED)
    row = translated(a, b, [projection(span) for span in a.spans])
    (_, _, columns), = made(token_columns, [row], options("token", nested=nested), TAGS)[0]
    assert list(word_tags([columns]).values()) == known_tags(columns["b_token_labels"]) == tags


def test_a_lost_span_that_is_not_tagged_does_not_count() -> None:
    b, a = tagged(["a", "b", "c"], NESTED), tagged(["x", "y", "z"], NESTED[:1])
    row = translated(a, b, [projection(a.spans[0]), lost(b.spans[1], (0, 1, 2))])
    chosen = options("token", nested="outermost", on_lost_span="drop_pair")
    assert made(token_columns, [row], chosen, TAGS)[1] == []


def test_projected_spans_that_tags_cannot_hold_are_masked() -> None:
    b, a = tagged(["a", "b", "c"], [(0, 2, "LOC")]), tagged(["x", "y", "z"])
    apart = Span("0", "text", ((0, 1), (4, 5)), "LOC")
    row = translated(replace(a, spans=(apart,)), b, [projection(apart)])
    found, _, counts = made(token_columns, [row], options("token"), TAGS)
    assert labels_and_weights(found[0][2]) == ([None, "O", None], [0.0, 1.0, 0.0])
    assert counts["projected spans left out"] == 1


def test_a_label_that_is_no_class_is_unknown_and_counted() -> None:
    row = given(tagged(["a", "b", "c"], [(0, 2, "ORG"), (2, 3, "PER")]))
    found, _, counts = made(token_columns, [row], options("token"), TAGS)
    assert labels_and_weights(found[0][2]) == ([None, None, "B-PER"], [0.0, 0.0, 1.0])
    assert counts["words of other classes"] == 2


def parts_of_speech(words: list[str], labels: list[str | None]) -> Example:
    example = tagged(words)
    return replace(example, task="words", words=(
        Words("text", example.words[0].ranges, tuple(labels)),))


def test_word_labels_are_classes_themselves() -> None:
    names = ("NOUN", "VERB")
    b = parts_of_speech(["dogs", "bark"], ["NOUN", "VERB"])
    a = parts_of_speech(["Hunde", "bellen", "!"], ["NOUN", "VERB", None])
    ranges = a.words[0].ranges
    projections = [projection(Span(str(n), "text", (ranges[n],), names[n]), probability=sure)
                   for n, sure in ((0, 0.5), (1, None))]
    (_, _, columns), = made(token_columns, [translated(a, b, projections)], options("token"),
                            names)[0]
    at = [int(np.flatnonzero(columns["a_word_ids"] == n)[0]) for n in range(3)]
    assert columns["a_token_labels"][at].tolist() == [0, 1, IGNORE]
    assert columns["a_token_weights"][at].tolist() == [0.5, 1.0, 0.0]
    assert [int(own) for own in columns["b_token_labels"] if own != IGNORE] == [0, 1]


def test_the_student_tokenizer_cuts_words_that_stand_alone() -> None:
    assert [own.words.tolist() for own in tokenizer().words([["a", "b"], []])] == [[0, 1], []]
