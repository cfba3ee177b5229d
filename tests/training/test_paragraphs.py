"""Sentence pairs joined to paragraphs keep their spans and gold."""

from __future__ import annotations

from tests.projection.joint.joint_cases import sample
from training.calibrator.paragraphs import SENTENCES, paragraphs


def test_spans_and_gold_cover_the_same_words() -> None:
    rows = sample("de")[:2 * SENTENCES + 3]
    joined = paragraphs(rows)
    assert len(joined) == 2
    for number, paragraph in enumerate(joined):
        parts = rows[number * SENTENCES:(number + 1) * SENTENCES]
        for side in ("source", "target"):
            whole = getattr(paragraph.pair, side)
            assert whole.surface() == tuple(
                word for row in parts for word in getattr(row.pair, side).surface())
        texts = [[span_text(row.pair.source.text, span) for span in row.pair.spans]
                 for row in parts]
        found = [span_text(paragraph.pair.source.text, span) for span in paragraph.pair.spans]
        assert found == [text for of_row in texts for text in of_row]
        gold = [gold_text(row, span) for row in parts for span in row.gold or ()]
        assert [gold_text(paragraph, span) for span in paragraph.gold or ()] == gold


def span_text(text, span):
    return [text[start:end] for start, end in span.fragments]


def gold_text(row, span):
    target = row.pair.target
    if row.unit == "tokens":
        return [target.surface()[start:end] for start, end in span.fragments]
    return [target.text[start:end] for start, end in span.fragments]
