"""What a plan makes of the labels of its input: their order, their faults, and those unread."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, Dataset, Features, List, Value
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.planning.label_order import ordered
from crosslabel.pipeline.planning.rows import PlannedSource, plan_source
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError

Rows = Sequence[Mapping[str, Any]]


def planned(folder: Path, rows: Rows | Dataset, *overrides: str) -> PlannedSource:
    file = folder / ("in.parquet" if isinstance(rows, Dataset) else "in.jsonl")
    if isinstance(rows, Dataset):
        rows.to_parquet(file)
    else:
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe = load("demo-ner", [f"source.path={file}", "source.labels=null", *overrides])
    return plan_source(recipe, folder / "out")


def test_what_is_wrong_with_labels_is_counted_with_the_first_place(tmp_path: Path) -> None:
    text = "Nora left Bremen."
    spans = [{"start": 9, "end": 16, "label": "LOC"}, {"start": 1, "end": 4, "label": "PER"},
             {"start": 5, "end": 9, "label": "X", "text": "Nora"}]
    found = planned(tmp_path, [{"text": text, "spans": [{**spans[1], "start": 0}] * 30},
                               {"text": text, "spans": spans}, {"text": text, "spans": spans[:1]}])
    assert found.notes == (
        "in.jsonl: spans that stand elsewhere than their offsets say; they were taken where their "
        "own texts stand: 1 (first: row 2, span 2)",
        "in.jsonl: spans that begin or end in blanks: 2 (first: row 2, span 0: ' Bremen')",
        "in.jsonl: spans that begin or end within a word: 1 (first: row 2, span 1: 'ora')",
    )


def test_spans_within_words_are_usual_in_scripts_without_spaces(tmp_path: Path) -> None:
    rows = [{"id": "1", "lang": "zh", "text": "她在汉堡工作。",
             "spans": [{"start": 2, "end": 4, "label": "LOC"}]}]
    assert planned(tmp_path, rows, "source.lang=zh", "targets=[de]").notes == ()


def test_texts_without_a_label_are_counted(tmp_path: Path) -> None:
    rows = [{"text": "a", "label": "x"}, {"text": "b", "label": None}, {"text": "c", "label": ""}]
    assert planned(tmp_path, rows).notes == (
        "in.jsonl: texts without a label, which classifiers leave out: 2 (first: row 2)",)


def test_a_corpus_without_any_label_is_said_to_be_one(tmp_path: Path) -> None:
    assert planned(tmp_path, [{"text": "a b"}]).notes == (
        "in.jsonl: no row has a label, so the text alone is translated",)


UNREAD: dict[str, tuple[dict[str, Any], str]] = {
    "annotations": ({"text": "Nora left.", "annotations": {"names": ["Nora"]}},
                    "The form of annotations is not known"),
    "names in a text": ({"text": "Nora left.", "ner": "Nora/PER"}, "{text: text, label: ner}"),
    "a class": ({"text": "It is good.", "sentiment": "good"}, "{text: text, label: sentiment}"),
    "numbers of tags": ({"tokens": ["Nora", "left"], "ner_tags": [1, 0]},
                        "{tokens: tokens, tags: ner_tags} and source.label_names"),
    "parts of speech": ({"tokens": ["Nora", "left"], "upos": ["PROPN", "VERB"]},
                        "{tokens: tokens, tags: upos}"),
    "slots": ({"text": "Wake me at six.", "slots": {"time": "six"}}, "The form of slots"),
    "an answer": ({"text": "Nora left.", "answer": "Nora"}, "{text: text, label: answer}"),
    "events": ({"text": "Nora left.", "results": [{"start_token": 0, "what": "PER"}]},
               "The form of results is not known"),
}


@pytest.mark.parametrize("kind", UNREAD)
def test_labels_that_nobody_reads_stop_before_anything_is_translated(
    tmp_path: Path, kind: str
) -> None:
    row, mapping = UNREAD[kind]
    key = next(name for name in row if name not in ("text", "tokens"))
    with pytest.raises(InputError) as caught:
        planned(tmp_path, [row])
    assert f"in.jsonl: no label was read, but {key!r} looks as labels would" in str(caught.value)
    assert mapping in str(caught.value)
    assert str(caught.value).count("\n") == 0
    text = "tokens" if "tokens" in row else "text"
    assert planned(tmp_path, [row], f"source.columns={{{text}: {text}}}").has_spans is False


def test_a_labeller_and_labels_that_are_read_need_no_stop(tmp_path: Path) -> None:
    row = {"text": "It is good.", "sentiment": "good"}
    assert planned(tmp_path, [row, {**row, "spans": [{"start": 0, "end": 2, "label": "X"}]}])
    labelled = planned(tmp_path, [row], "targets=[de]", "label={model: ner-en}")
    assert labelled.notes == ()


def test_labels_are_in_the_order_of_the_class_labels_of_the_file(tmp_path: Path) -> None:
    names = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
    features = Features(tokens=List(Value("string")), ner_tags=List(ClassLabel(names=names)))
    data = Dataset.from_dict({"tokens": [["Nora", "left"]], "ner_tags": [[1, 0]]}, features)
    assert planned(tmp_path, data).labels == ("PER", "ORG", "LOC")
    assert planned(tmp_path, data, "source.labels=[LOC, PER]").labels == ("LOC", "PER")


def test_classes_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    features = Features(text=Value("string"), label=ClassLabel(names=["z", "b", "a"]))
    data = Dataset.from_dict({"text": ["one", "two"], "label": [2, -1]}, features)
    found = planned(tmp_path, data)
    assert (found.classes, found.task) == (("z", "b", "a"), "text")
    rows = [{"text": "a", "label": 1}, {"text": "b", "label": 0}]
    assert planned(tmp_path, rows, "source.label_names=['no', maybe, a]").classes == (
        "no", "maybe", "a")


@given(st.sets(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd"), unique=True))
def test_labels_that_are_not_declared_follow_sorted(labels: set[str], declared: list[str]) -> None:
    found = ordered(labels, None, declared)
    assert labels <= set(found) and len(found) == len(set(found))
    known = declared if set(declared) & labels else []
    assert found == [*known, *sorted(labels - set(known))]
