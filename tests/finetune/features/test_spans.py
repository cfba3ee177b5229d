"""Spans shared out over words."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.finetune.features.options import Nested
from crosslabel.finetune.features.spans import iob2, share_out, touched_words
from crosslabel.pipeline.corpus.records import Span
from crosslabel.pipeline.corpus.tags import flatten
from crosslabel.projection.interface import Range


@st.composite
def words_and_spans(draw: st.DrawFn) -> tuple[list[Range], list[Span]]:
    edges = sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=14)))
    words = [own for own in itertools.pairwise(edges) if draw(st.booleans())]
    spans = []
    for number in range(draw(st.integers(0, 5))):
        cuts = sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=4)))
        fragments = tuple(zip(cuts[::2], cuts[1::2], strict=False))
        spans.append(Span(str(number), "text", fragments, draw(st.sampled_from("XY"))))
    return words, spans


@given(words_and_spans())
def test_outermost_is_what_corpora_are_tagged_by(case: tuple[list[Range], list[Span]]) -> None:
    words, spans = case
    owners = share_out(words, spans, "outermost")
    expected = flatten(words, spans)
    assert iob2(owners, spans) == list(expected.tags)
    assert len(owners.left_out) == expected.left_out


@given(words_and_spans(), st.sampled_from(["outermost", "innermost"]))
def test_a_span_yields_only_to_one_that_goes_before_it(
    case: tuple[list[Range], list[Span]], nested: Nested
) -> None:
    words, spans = case
    owners = share_out(words, spans, nested)
    assert set(owners.left_out) == set(range(len(spans))) - set(owners.of_words)
    for number in owners.left_out:
        own = owners.touched[number]
        if own and own[-1] - own[0] + 1 == len(own):
            winners = {owners.of_words[word] for word in own} - {-1}
            sizes = [len(owners.touched[winner]) for winner in winners]
            assert any(size >= len(own) if nested == "outermost" else size <= len(own)
                       for size in sizes)


@given(words_and_spans())
def test_touched_words_share_a_character(case: tuple[list[Range], list[Span]]) -> None:
    words, spans = case
    for span in spans:
        inside = {place for start, end in span.fragments for place in range(start, end)}
        assert touched_words(words, span.fragments) == tuple(
            n for n, word in enumerate(words) if inside & set(range(*word)))
