"""Projected labels compared with gold labels of the same text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from crosslabel.finetune.scores.questions import score
from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.projection.interface import Range

Figures = dict[str, float]


def answer_figures(projected: Mapping[str, Example], gold: Mapping[str, Example]) -> Figures:
    """Return exact match, F1 and exact places of first answers; a missing answer is wrong.

    ``projected`` is the share of questions with an answer; figures ``of_projected`` count only
    these questions.
    """
    scored: list[tuple[float, bool, bool]] = []
    for id, right in gold.items():
        example = projected.get(id)
        if example is not None and example.spans:
            place, expected = _first(example), _first(right)
            f1, exact = score(_text(example, place), _text(right, expected), right.lang)
            scored.append((f1, exact, place == expected))
    f1_sum, matches, places = (
        float(sum(column)) for column in zip((0.0, 0, 0), *scored, strict=True)
    )
    return {
        "questions": len(gold), "projected": len(scored) / len(gold),
        "f1": f1_sum / len(gold), "exact_match": matches / len(gold),
        "exact_place": places / len(gold),
        "f1_of_projected": f1_sum / max(1, len(scored)),
        "exact_match_of_projected": matches / max(1, len(scored)),
    }


def word_figures(projected: Mapping[str, Example], gold: Mapping[str, Example]) -> Figures:
    """Return the share of labelled words and the share whose label equals the gold word's label.

    Words that lie in no gold word, or in one without a label, are not counted.
    """
    counted = labelled = right = 0
    for id, expected in gold.items():
        if id not in projected:
            counted += sum(label is not None for words in expected.words for label in words.labels)
            continue
        [given], [true] = projected[id].words, expected.words
        for range_, label in zip(given.ranges, given.labels, strict=True):
            gold_label = _label_around(true, range_)
            counted += gold_label is not None
            labelled += gold_label is not None and label is not None
            right += gold_label is not None and label == gold_label
    return {"words": counted, "labelled": labelled / max(1, counted),
            "accuracy_of_labelled": right / max(1, labelled), "accuracy": right / max(1, counted)}


def span_figures(projected: Mapping[str, Example], gold: Mapping[str, Example]) -> Figures:
    """Return F1, precision, recall of exact labelled spans, and the share of equal text labels."""
    empty = Example("", "spans", "", {})
    pairs = [(projected.get(id, empty), expected) for id, expected in gold.items()]
    guesses, true, common = 0, 0, 0
    for example, expected in pairs:
        guessed, right = _spans(example), _spans(expected)
        guesses, true = guesses + len(guessed), true + len(right)
        common += len(guessed & right)
    same = sum(example.label == expected.label for example, expected in pairs)
    return {"spans": true, "f1": 2 * common / max(1, guesses + true),
            "precision": common / max(1, guesses), "recall": common / max(1, true),
            "same_label": same / max(1, len(pairs))}


def by_id(examples: Iterable[Example]) -> dict[str, Example]:
    """Return examples by their id."""
    return {example.id: example for example in examples}


def _spans(example: Example) -> set[tuple[str, tuple[Range, ...]]]:
    return {(span.label, span.fragments) for span in example.spans}


def _first(example: Example) -> Range:
    fragments = example.spans[0].fragments
    return fragments[0][0], fragments[-1][1]


def _text(example: Example, place: Range) -> str:
    return example.fields["context"][slice(*place)]


def _label_around(words: Words, range_: Range) -> str | None:
    index = bisect_right(words.ranges, (range_[0], range_[1] + 10**9)) - 1
    inside = index >= 0 and range_[1] <= words.ranges[index][1]
    return words.labels[index] if inside else None
