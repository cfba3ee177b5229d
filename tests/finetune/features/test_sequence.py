"""Whole texts with a class or a value."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from crosslabel.finetune.features.sequence import sequence_columns
from crosslabel.pipeline.corpus.records import Example
from tests.finetune.features.hand_made import given, made, options, reference, translated

CLASSES = ("no", "yes")
TEXT = st.text("abz Ä北.,'", min_size=1, max_size=60)


def pair_of_texts(first: str, second: str, label: str | None = "yes") -> Example:
    return Example("1", "text", "en", {"premise": first, "hypothesis": second}, label=label)


@settings(max_examples=80)
@for_all(TEXT, TEXT, st.integers(12, 40))
def test_ids_are_those_of_transformers(first: str, second: str, max_length: int) -> None:
    chosen = options("sequence", max_length=max_length)
    both = given(pair_of_texts(first, second))
    single = given(Example("2", "text", "en", {"text": first}, label="no"))
    found, *_ = made(sequence_columns, [both, single], chosen, CLASSES)
    cut = {"truncation": "longest_first", "max_length": max_length}
    assert found[0][2]["a_input_ids"].tolist() == reference()(first, second, **cut)["input_ids"]
    assert found[1][2]["a_input_ids"].tolist() == reference()(first, **cut)["input_ids"]


def test_classes_are_numbers_and_what_is_none_of_them_is_unknown() -> None:
    rows = [given(pair_of_texts("a", "b", label)) for label in ("yes", "no", None)]
    found, *_ = made(sequence_columns, rows, options("sequence"), CLASSES)
    assert [columns["a_label"] for *_, columns in found] == [1, 0, None]


def test_cut_texts_are_counted() -> None:
    rows = [given(pair_of_texts("word " * 50, "b")), given(pair_of_texts("a", "b"))]
    _, _, counts = made(sequence_columns, rows, options("sequence", max_length=20), CLASSES)
    assert counts["texts cut on side a"] == 1


def test_values_where_there_are_no_classes() -> None:
    b = replace(pair_of_texts("a", "b", None), value=2.5)
    found, *_ = made(sequence_columns, [translated(b, b, ())], options("sequence"))
    assert (found[0][2]["a_value"], found[0][2]["b_value"]) == (2.5, 2.5)


def test_three_texts_are_too_many() -> None:
    three = Example("1", "text", "en", {"a": "x", "b": "y", "c": "z"}, label="yes")
    found, rejects, _ = made(sequence_columns, [given(three)], options("sequence"), CLASSES)
    assert not found
    assert rejects[0].reasons[0].startswith("too-many-fields")
