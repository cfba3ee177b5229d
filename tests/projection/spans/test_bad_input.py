"""Whatever comes in, every span gets a status and nothing raises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.interface import GivenSpan, Links, Side, TextPair
from crosslabel.projection.spans import DEFAULT_RULES, OUTSIDE, AlignmentProjector, SpanRules
from crosslabel.projection.words import side_from_tokens
from tests.projection.spans.rule_cases import make_pair, project, texts

CUT = SpanRules(compounds="cut", clitics="cut", fragments="all", share=True)
FREE = SpanRules(bridge=None, function_words="keep", fill=0, punctuation="keep")


class LinksOf:
    """The same links for the one pair."""

    name = "any"

    def __init__(self, links: Links) -> None:
        self.links = links

    def align(self, pairs: list[TextPair]) -> list[Links]:
        return [self.links for _ in pairs]


words = st.lists(
    st.text("ab-'’.,!¿de 中", min_size=1, max_size=6).filter(lambda word: not word.isspace())
    | st.sampled_from(["de", "la", "the", "l'Europa", "Ankara'da", "Knowledge-Base", "...", "中"]),
    max_size=8,
)
langs = st.sampled_from(["en", "es", "tr", "zh", "ja", "xx", "tlh", "en_GB", ""])
offsets = st.integers(-2, 40)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[TextPair, Links]:
    source, target = (side_from_tokens(draw(words), draw(langs)) for _ in range(2))
    fragments = st.lists(st.tuples(offsets, offsets), max_size=3).map(tuple)
    spans = tuple(
        GivenSpan(str(n), "X", found) for n, found in enumerate(draw(st.lists(fragments)))
    )
    cells = [(i, j) for i in range(len(source.words)) for j in range(len(target.words))]
    chosen = sorted(draw(st.sets(st.sampled_from(cells)))) if cells else []
    scores = draw(st.lists(st.floats(-1, 1, width=32),
                           min_size=len(chosen), max_size=len(chosen)))
    links = Links(np.array(chosen, np.int32).reshape(-1, 2), np.array(scores, np.float32))
    return TextPair("p", source, target, spans), links


@given(pairs(), st.sampled_from([DEFAULT_RULES, CUT, FREE]))
@settings(max_examples=300)
def test_every_span_gets_a_status_and_targets_lie_in_the_text(
    case: tuple[TextPair, Links], rules: SpanRules
) -> None:
    pair, links = case
    found = AlignmentProjector(LinksOf(links), rules).project([pair])[0]
    assert [p.span_id for p in found] == [span.id for span in pair.spans]
    for span, projection in zip(pair.spans, found, strict=True):
        assert (projection.status == "projected") == bool(projection.fragments)
        assert (projection.reason is None) == bool(projection.fragments)
        ends = [end for fragment in projection.fragments for end in fragment]
        assert ends == sorted(set(ends)) and set(ends) <= set(range(len(pair.target.text) + 1))
        inside = all(0 <= a < b <= len(pair.source.text) for a, b in span.fragments)
        assert (projection.reason == OUTSIDE) == (not inside)
        assert all(j < len(pair.target.words) for j in projection.likely)


@given(pairs())
def test_the_same_input_gives_the_same_projections(case: tuple[TextPair, Links]) -> None:
    pair, links = case
    first, second = AlignmentProjector(LinksOf(links)).project([pair, pair])
    assert first == second


@pytest.mark.parametrize("fragment", [(0, 99), (-1, 3), (50, 60), (3, 3), (3, 1)])
def test_a_span_outside_its_text_is_rejected(fragment: tuple[int, int]) -> None:
    pair = make_pair("one two", "eins zwei", [(0, 1)])
    pair = TextPair("p", pair.source, pair.target, (GivenSpan("s", "X", (fragment,)),))
    found = project(pair, "0-0 1-1")[0]
    assert (found.status, found.reason) == ("rejected", "the span is outside its text")


def test_an_empty_target_is_no_link() -> None:
    pair = make_pair("one two", "", [(0, 1)], [(0, 2)])
    assert [(p.status, p.reason, p.likely) for p in project(pair, {})] == [
        ("abstained", "no link", ())] * 2


def test_a_target_in_another_language_projects_by_its_links() -> None:
    pair = make_pair("New York", "纽约 市", [(0, 2)], langs="en-es")
    assert texts(pair, project(pair, "0-0 1-0")) == [["纽约"]]


def test_identical_spans_get_identical_targets() -> None:
    pair = make_pair("in New York", "en Nueva York", *[[(1, 3)]] * 5)
    assert texts(pair, project(pair, "0-0 1-1 2-2")) == [["Nueva York"]] * 5


def test_spans_of_punctuation_and_targets_of_punctuation() -> None:
    pair = make_pair("Foo ... !", "... Bar ?", [(1, 3)], [(0, 1)])
    assert texts(pair, project(pair, "0-1 1-0 2-2")) == [["..."], ["Bar"]]
    pair = make_pair("Foo", ", ; .", [(0, 1)])
    found = project(pair, "0-0 0-1")[0]
    assert (found.status, found.reason) == ("abstained", "no link")


def test_hundreds_of_spans_in_a_sentence_of_five_hundred_words() -> None:
    count = 500
    tokens = [f"w{n}" for n in range(count)]
    side = side_from_tokens(tokens, "xx")
    back = side_from_tokens(tokens[::-1], "xx")
    spans = tuple(GivenSpan(str(n), "X", (side.words[n],)) for n in range(count))
    links = Links(np.array([(n, count - 1 - n) for n in range(count)], np.int32),
                  np.ones(count, np.float32))
    pair = TextPair("p", side, back, spans)
    found = AlignmentProjector(LinksOf(links)).project([pair])[0]
    assert [[back.text[a:b] for a, b in p.fragments] for p in found] == [[t] for t in tokens]


def test_texts_without_words() -> None:
    empty = Side("  ", (), "en")
    pair = TextPair("p", empty, empty, (GivenSpan("s", "X", ((0, 2),)),))
    found = project(pair, {})[0]
    assert (found.status, found.reason) == ("rejected", "the span covers no word")
