"""Projected labels compared with gold labels of the same text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from crosslabel.finetune.scores.questions import score
from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.projection.interface import Range

Figures = dict[str, float]


def answer_figures(projected: Mapping[str, Example], gold: Mapping[str, Example]) -> Figures:
    """Exact match, F1 and exact places of the first answers; a question without one is wrong.

    ``projected`` is the share of questions with an answer, figures ``of_projected`` count these
    alone.
    """
    found: list[tuple[float, bool, bool]] = []
    for id, right in gold.items():
        example = projected.get(id)
        if example is not None and example.spans:
            own, expected = _first(example), _first(right)
            f1, exact = score(_text(example, own), _text(right, expected), right.lang)
            found.append((f1, exact, own == expected))
    f1_sum, matches, places = (float(sum(own)) for own in zip((0.0, 0, 0), *found, strict=True))
    return {
        "questions": len(gold), "projected": len(found) / len(gold),
        "f1": f1_sum / len(gold), "exact_match": matches / len(gold),
        "exact_place": places / len(gold),
        "f1_of_projected": f1_sum / max(1, len(found)),
        "exact_match_of_projected": matches / max(1, len(found)),
    }


def word_figures(projected: Mapping[str, Example], gold: Mapping[str, Example]) -> Figures:
    """Share of words that have a label and how many of them have that of the gold word they lie in.

    Words that lie in no gold word, or in one without a label, are not counted.
    """
    counted = labelled = right = 0
    for id, expected in gold.items():
        if id not in projected:
            counted += sum(label is not None for words in expected.words for label in words.labels)
            continue
        [own], [true] = projected[id].words, expected.words
        for range_, label in zip(own.ranges, own.labels, strict=True):
            gold_label = _label_around(true, range_)
            counted += gold_label is not None
            labelled += gold_label is not None and label is not None
            right += gold_label is not None and label == gold_label
    return {"words": counted, "labelled": labelled / max(1, counted),
            "accuracy_of_labelled": right / max(1, labelled), "accuracy": right / max(1, counted)}


def span_figures(projected: Mapping[str, Example], gold: Mapping[str, Example]) -> Figures:
    """F1, precision and recall of spans with their exact places and labels, and whether labels of
    whole texts are the same."""
    empty = Example("", "spans", "", {})
    pairs = [(projected.get(id, empty), expected) for id, expected in gold.items()]
    own, true, common = 0, 0, 0
    for example, expected in pairs:
        found, right = _spans(example), _spans(expected)
        own, true, common = own + len(found), true + len(right), common + len(found & right)
    same = sum(example.label == expected.label for example, expected in pairs)
    return {"spans": true, "f1": 2 * common / max(1, own + true), "precision": common / max(1, own),
            "recall": common / max(1, true), "same_label": same / max(1, len(pairs))}


def by_id(examples: Iterable[Example]) -> dict[str, Example]:
    """Examples by their id."""
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
