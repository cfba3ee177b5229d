"""Figures of tagging are those of seqeval; words without gold label do not count."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import (
    accuracy_score,
    classification_report,
    f1_score,
    precision_score,
    recall_score,
)

from crosslabel.finetune.scores.evaluate import evaluate
from crosslabel.finetune.scores.task_score import TaskScore
from tests.finetune.scores.gold_folders import (
    IOB,
    Tags,
    predicted_tags,
    tagged_row,
    write_gold,
    write_predicted,
)

POS = ("ADJ", "NOUN", "X")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gold")


def measure(
    folder: Path, pairs: list[tuple[list[str | None], list[str]]], labels: tuple[str, ...] = IOB
) -> TaskScore:
    """Gold and predicted tags of each text."""
    gold = [tagged_row(str(n), own, labels) for n, (own, _) in enumerate(pairs)]
    found = [predicted_tags(str(n), own) for n, (_, own) in enumerate(pairs)]
    return evaluate(write_gold(folder, "token", labels, gold),
                    write_predicted(folder / "found.jsonl", found), samples=5)


def texts(labels: tuple[str, ...]) -> st.SearchStrategy[list[tuple[list[str | None], list[str]]]]:
    """Texts of some words, with a gold label for at least one."""
    tag = st.sampled_from(labels)
    word = st.tuples(st.one_of(st.none(), tag), tag)
    text = st.lists(word, max_size=8).map(lambda own: ([g for g, _ in own], [p for _, p in own]))
    return st.lists(text, min_size=1, max_size=5).filter(
        lambda own: any(tag is not None for gold, _ in own for tag in gold))


def counted(pairs: list[tuple[list[str | None], list[str]]]) -> tuple[list[list[str]], ...]:
    """Gold and predicted tags of the words that have a gold label."""
    kept = [[(g, p) for g, p in zip(*own, strict=True) if g is not None] for own in pairs]
    return ([[g for g, _ in own if g] for own in kept], [[p for _, p in own] for own in kept])


@given(texts(IOB))
@settings(max_examples=60)
def test_entities_are_counted_as_seqeval_does(
    folder: Path, pairs: list[tuple[list[str | None], list[str]]]
) -> None:
    score = measure(folder, pairs)
    gold, found = counted(pairs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = {"f1": f1_score(gold, found), "precision": precision_score(gold, found),
                    "recall": recall_score(gold, found), "accuracy": accuracy_score(gold, found)}
        by_label = classification_report(gold, found, output_dict=True)
    assert {name: own.value for name, own in score.mean.items()} == pytest.approx(expected)
    for label, figures in score.labels["de"].items():
        assert figures["f1"] == pytest.approx(by_label[label]["f1-score"])
        assert figures["gold"] == by_label[label]["support"]
    assert set(score.labels["de"]) == set(by_label) - {"micro avg", "macro avg", "weighted avg"}


@given(texts(POS))
@settings(max_examples=30)
def test_plain_labels_have_accuracy_alone(
    folder: Path, pairs: list[tuple[list[str | None], list[str]]]
) -> None:
    score = measure(folder, pairs, POS)
    gold, found = ([tag for text in own for tag in text] for own in counted(pairs))
    assert list(score.mean) == ["accuracy"]
    right = [g == p for g, p in zip(gold, found, strict=True)]
    assert score.mean["accuracy"].value == pytest.approx(sum(right) / len(right))
    for label, figures in score.labels["de"].items():
        assert figures["correct"] == sum(g == p == label for g, p in zip(gold, found, strict=True))
        assert figures["predicted"] == found.count(label)
        assert figures["gold"] == gold.count(label)


def test_windows_of_a_text_are_one_sequence(folder: Path) -> None:
    """An entity that goes across windows is one entity, and a word of two windows counts once."""
    tags = ("O", "B-X", "I-X", "O")
    whole = tagged_row("1", tags)
    rows = [{**whole, **{name: [value for n in own for value in take(whole[name], n)]
                         for name, take in (("a_word_ids", _token), ("a_token_labels", _token),
                                            ("a_offsets", _ends))}}
            for own in ([0, 1, 2, 3, 4], [3, 4, 5, 6, 7, 8, 9])]
    gold = write_gold(folder, "token", IOB, rows)
    score = evaluate(gold, write_predicted(folder / "p.jsonl", [predicted_tags("1", tags)]))
    assert score.mean["f1"].value == 1.0
    assert score.labels["de"]["X"]["gold"] == 1
    assert score.mean["accuracy"].value == 1.0


def _token(values: list[int], n: int) -> list[int]:
    return [values[n]]


def _ends(values: list[int], n: int) -> list[int]:
    return values[2 * n:2 * n + 2]


def test_a_missing_text_is_wrong(folder: Path) -> None:
    gold = write_gold(folder, "token", IOB, [
        tagged_row("1", ["B-X", "O"]), tagged_row("2", ["B-X", "O"])])
    score = evaluate(gold, write_predicted(folder / "p.jsonl", [predicted_tags("1", ["B-X", "O"])]))
    assert score.predicted.missing == (("de", "2"),)
    assert {name: own.value for name, own in score.mean.items()} == {
        "f1": pytest.approx(2 / 3), "precision": 1.0, "recall": 0.5, "accuracy": 0.5}


def test_words_are_joined_by_place_and_the_missing_ones_are_named(folder: Path) -> None:
    gold = write_gold(folder, "token", IOB, [tagged_row("1", ["O", "B-X", "O"])])
    row = {"id": "1", "lang": "de", "words": [None, [1, 2], [0, 1]], "tags": ["O", "B-X", "O"]}
    score = evaluate(gold, write_predicted(folder / "p.jsonl", [row]))
    assert score.incomplete == (("de", "1"),)
    assert score.mean["f1"].value == 1.0
    assert score.mean["accuracy"].value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("tags", "problem"),
    [(["X"], "tag 'X' where the gold has IOB2 tags"), (["O", "O"], "lists of equal length"),
     ([3], "must hold text or null"), ([["O"]], "must hold text or null")],
)
def test_a_row_that_cannot_be_used_is_named_and_wrong(
    folder: Path, tags: Tags, problem: str
) -> None:
    gold = write_gold(folder, "token", IOB, [tagged_row("1", ["O"])])
    row = {"id": "1", "lang": "de", "words": [[0, 1]], "tags": tags}
    score = evaluate(gold, write_predicted(folder / "p.jsonl", [row]))
    assert problem in str(score.predicted.bad_rows[0])
    assert str(score.predicted.bad_rows[0]).startswith("p.jsonl, row 1: ")
    assert score.mean["accuracy"].value == 0.0
