"""Figures of the evaluation against seqeval, published ceilings, and cases done by hand."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from crosslabel.projection.evaluation.strict import ERROR_KINDS, Evaluation, compare
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.interface import Range
from crosslabel.projection.words import word_ranges
from tests.projection.conftest import sample_rows
from tests.projection.evaluation.rows import Spans, labelled, span_lists


def tags(spans: Spans, length: int) -> list[str]:
    out = ["O"] * length
    for start, end, label in spans:
        out[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return out


def disturbed(spans: Spans, length: int, rng: random.Random) -> Spans:
    """Gold spans with typical errors: shifted ends, other labels, lost and invented ones."""
    found: Spans = []
    for start, end, label in spans:
        kind = rng.choice(["right", "right", "longer", "shorter", "label", "lost"])
        end = min(length, end + 1) if kind == "longer" else end
        start = start + 1 if kind == "shorter" and end - start > 1 else start
        if kind != "lost":
            found.append((start, end, rng.choice("XY") if kind == "label" else label))
    if rng.random() < 0.2:
        start = rng.randrange(length)
        found.append((start, start + 1, "X"))
    free: Spans = []
    for span in sorted(found):
        if not free or span[0] >= free[-1][1]:
            free.append(span)
    return free


def assert_like_seqeval(pairs: list[tuple[Spans, int]]) -> None:
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    rng = random.Random(5)
    predicted = [disturbed(spans, length, rng) for spans, length in pairs]
    evaluation = Evaluation()
    for (gold, _), own in zip(pairs, predicted, strict=True):
        evaluation.add(labelled(gold), labelled(own), [])
    report = classification_report(
        [tags(gold, length) for gold, length in pairs],
        [tags(own, length) for own, (_, length) in zip(predicted, pairs, strict=True)],
        output_dict=True, mode="strict", scheme=IOB2, zero_division=0,
    )
    micro = evaluation.micro()
    assert micro.f1 == pytest.approx(report["micro avg"]["f1-score"])
    assert micro.precision == pytest.approx(report["micro avg"]["precision"])
    assert micro.recall == pytest.approx(report["micro avg"]["recall"])
    for label in evaluation.labels():
        assert evaluation.label(label).f1 == pytest.approx(report[label]["f1-score"])
        assert evaluation.label(label).gold == report[label]["support"]


def test_figures_equal_seqeval_on_the_samples() -> None:
    pairs: list[tuple[Spans, int]] = []
    for row in sample_rows("de"):
        words = word_ranges(row["target"]["text"], "de")
        pairs.append(([to_words(span, words) for span in row["target"]["spans"]], len(words)))
    assert_like_seqeval(pairs)


def to_words(span: dict[str, Any], words: tuple[Range, ...]) -> tuple[int, int, str]:
    inside = [n for n, w in enumerate(words) if w[0] < span["end"] and w[1] > span["start"]]
    return inside[0], inside[-1] + 1, span["label"]


@pytest.mark.data
def test_figures_equal_seqeval_on_public_tokens(crosslabel_data: Path) -> None:
    path = crosslabel_data / "projection" / "europarl-ner.en-de.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line)["target"] for line in file]
    assert_like_seqeval([
        ([(s["start"], s["end"], s["label"]) for s in row["spans"]], len(row["tokens"]))
        for row in rows
    ])


@pytest.mark.data
@pytest.mark.parametrize(("name", "ceiling"), [
    ("europarl-ner.en-de", 95.4), ("europarl-ner.en-es", 97.2), ("uner-pud.en-de", 83.8),
    ("uner-pud.en-pt", 87.2), ("uner-pud.en-zh", 80.3), ("xsid.en-de", 99.1),
])
def test_the_ceiling_of_public_sets(crosslabel_data: Path, name: str, ceiling: float) -> None:
    evaluation = Evaluation()
    for row in read_pairs(crosslabel_data / "projection" / f"{name}.jsonl.gz"):
        assert isinstance(row, PairRow) and row.gold is not None
        evaluation.add(row.gold, (), [span.label for span in row.pair.spans])
    assert round(100 * evaluation.ceiling().f1, 1) == ceiling


def test_each_kind_of_error() -> None:
    gold = labelled([(0, 2, "A"), (3, 4, "A"), (5, 7, "B"), (8, 9, "B"), (10, 12, "A")])
    predicted = labelled([(0, 2, "A"), (3, 4, "B"), (5, 6, "B"), (10, 11, "B")])
    assert compare(gold, predicted) == {
        "correct": ["A"], "label": ["A"], "boundary": ["B"], "missed": ["B", "A"],
        "spurious": ["B"],
    }


def test_two_halves_are_one_boundary_error_and_one_spurious_span() -> None:
    kinds = compare(labelled([(0, 5, "A")]), labelled([(0, 2, "A"), (2, 5, "A")]))
    assert kinds["boundary"] == ["A"] and kinds["spurious"] == ["A"] and not kinds["missed"]


@given(span_lists, span_lists)
def test_every_span_is_counted_once(gold: Spans, predicted: Spans) -> None:
    kinds = {k: len(v) for k, v in compare(labelled(gold), labelled(predicted)).items()}
    matched = kinds["correct"] + kinds["label"] + kinds["boundary"]
    assert matched + kinds["missed"] == len(gold)
    assert matched + kinds["spurious"] == len(predicted)
    evaluation = Evaluation()
    evaluation.add(labelled(gold), labelled(predicted), [])
    assert evaluation.errors.total() == sum(kinds[kind] for kind in ERROR_KINDS)
